import type { AuditConfig, Binding, Condition, Policy } from '../iam/policy.ts';
import type { Fields } from '../ingest/fields.ts';

/** Reads a policy as Resource Manager and gcloud spell it in JSON. An absent version reads as 0, as it does at Google. */
export function policyFromJson(fields: Fields): Policy {
  return {
    version: fields.integer('version') ?? 0,
    etag: standardEtag(fields.text('etag')),
    bindings: fields.objects('bindings').map(bindingFromJson),
    auditConfigs: fields.objects('auditConfigs').map(auditConfigFromJson),
  };
}

/** The JSON of a policy. What is empty is left out, as proto3 has it: a condition without description has no such key. */
export function policyToJson({ version, etag, bindings, auditConfigs }: Policy): object {
  return {
    version,
    etag,
    ...(bindings.length === 0 ? {} : { bindings: bindings.map(bindingToJson) }),
    ...(auditConfigs.length === 0 ? {} : { auditConfigs: auditConfigs.map(auditConfigToJson) }),
  };
}

// gcloud sends the URL-safe alphabet back, and world files may leave out the padding: the bytes are what is compared.
function standardEtag(etag: string): string {
  return Buffer.from(etag, 'base64').toString('base64');
}

function bindingFromJson(fields: Fields): Binding {
  return {
    role: fields.text('role'),
    members: fields.texts('members'),
    condition: fields.has('condition') ? conditionFromJson(fields.object('condition')) : null,
  };
}

function conditionFromJson(fields: Fields): Condition {
  return {
    title: fields.text('title'),
    description: fields.text('description'),
    expression: fields.text('expression'),
    location: fields.text('location'),
  };
}

function auditConfigFromJson(fields: Fields): AuditConfig {
  return {
    service: fields.text('service'),
    auditLogConfigs: fields
      .objects('auditLogConfigs')
      .map((log) => ({ logType: log.text('logType'), exemptedMembers: log.texts('exemptedMembers') })),
  };
}

function bindingToJson({ role, members, condition }: Binding): object {
  return { role, members, ...(condition === null ? {} : { condition: conditionToJson(condition) }) };
}

function conditionToJson(condition: Condition): object {
  return Object.fromEntries(Object.entries(condition).filter(([, text]) => text !== ''));
}

function auditConfigToJson({ service, auditLogConfigs }: AuditConfig): object {
  return {
    service,
    auditLogConfigs: auditLogConfigs.map(({ logType, exemptedMembers }) => ({
      logType,
      ...(exemptedMembers.length === 0 ? {} : { exemptedMembers }),
    })),
  };
}

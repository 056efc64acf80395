import type { protos } from '@google-cloud/resource-manager';
import type { AuditConfig, Binding, Condition, Policy } from '../iam/policy.ts';

type ProtoPolicy = protos.google.iam.v1.IPolicy;
type ProtoBinding = protos.google.iam.v1.IBinding;

/** Reads a policy as the client library gives it. An absent condition comes as null; the etag as bytes. */
export function policyFromProto(policy: ProtoPolicy): Policy {
  return {
    version: policy.version ?? 0,
    etag: Buffer.from(policy.etag ?? '').toString('base64'),
    bindings: (policy.bindings ?? []).map(bindingFromProto),
    auditConfigs: (policy.auditConfigs ?? []).map(auditConfigFromProto),
  };
}

/** The policy for a write: always version 3 and with the etag; audit settings stay out of it. */
export function policyToProto(policy: Policy): ProtoPolicy {
  return {
    version: 3,
    etag: Buffer.from(policy.etag, 'base64'),
    bindings: policy.bindings.map(({ role, members, condition }) => ({
      role,
      members: [...members],
      ...(condition === null ? {} : { condition: { ...condition } }),
    })),
  };
}

function bindingFromProto(binding: ProtoBinding): Binding {
  return {
    role: binding.role ?? '',
    members: binding.members ?? [],
    condition: binding.condition ? conditionFromProto(binding.condition) : null,
  };
}

function conditionFromProto(condition: protos.google.type.IExpr): Condition {
  return {
    title: condition.title ?? '',
    description: condition.description ?? '',
    expression: condition.expression ?? '',
    location: condition.location ?? '',
  };
}

function auditConfigFromProto(config: protos.google.iam.v1.IAuditConfig): AuditConfig {
  return {
    service: config.service ?? '',
    auditLogConfigs: (config.auditLogConfigs ?? []).map((log) => ({
      logType: String(log.logType ?? ''),
      exemptedMembers: log.exemptedMembers ?? [],
    })),
  };
}

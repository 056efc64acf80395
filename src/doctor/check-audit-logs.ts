import type { AuditConfig } from '../iam/policy.ts';
import { type Check, type CheckResult, note, notLookedAt, ok, wrong } from './installation.ts';

const NAME = 'audit logs';
const SERVICE = 'aiplatform.googleapis.com';
const NEEDED = ['DATA_READ', 'DATA_WRITE'] as const;

/** Refused calls to models are Data Access entries, which are off unless somebody switches them on. */
export const checkAuditLogs: Check = ({ organization, allowlist }) => {
  if (organization.kind !== 'known') return [notLookedAt(NAME, "the organization's audit settings", organization)];
  const configs = organization.value.auditConfigs.filter(
    ({ service }) => service === SERVICE || service === 'allServices',
  );
  const types = new Set(configs.flatMap(({ auditLogConfigs }) => auditLogConfigs.map(({ logType }) => logType)));
  const missing = NEEDED.filter((type) => !types.has(type));
  const result =
    missing.length === 0
      ? ok(NAME, `${NEEDED.join(' and ')} of ${SERVICE} are logged in organization ${allowlist.organization}`)
      : wrong(
          NAME,
          `${missing.join(' and ')} of ${SERVICE} are not logged for the whole organization, so refused calls leave no entry (single folders or projects may log them all the same)`,
          'Set audit_log_types in the deployment, or switch Data Access logs on under IAM & Admin > Audit Logs.',
        );
  return [result, ...exemptions(configs)];
};

function exemptions(configs: readonly AuditConfig[]): readonly CheckResult[] {
  const exempted = configs.flatMap(({ auditLogConfigs }) => auditLogConfigs.flatMap((log) => log.exemptedMembers));
  if (exempted.length === 0) return [];
  return [
    note(NAME, `calls of ${[...new Set(exempted)].join(', ')} are exempt from it: their refusals are never seen`),
  ];
}

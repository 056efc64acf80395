import type { AuditConfig } from '../iam/policy.ts';
import { type Check, type CheckResult, note, notLookedAt, ok, wrong } from './installation.ts';

const NAME = 'audit logs';
const SERVICE = 'aiplatform.googleapis.com';

/** Calls to models are read as DATA_READ; sessions, files and indexes of Vertex AI are written as DATA_WRITE. */
const NEEDED = 'DATA_READ';
const USEFUL = 'DATA_WRITE';

/** Refused calls to models are Data Access entries, which are off unless somebody switches them on. */
export const checkAuditLogs: Check = ({ organization, allowlist }) => {
  if (organization.kind !== 'known') return [notLookedAt(NAME, "the organization's audit settings", organization)];
  const configs = organization.value.auditConfigs.filter(
    ({ service }) => service === SERVICE || service === 'allServices',
  );
  const types = new Set(configs.flatMap(({ auditLogConfigs }) => auditLogConfigs.map(({ logType }) => logType)));
  const result = types.has(NEEDED)
    ? ok(NAME, `${NEEDED} of ${SERVICE} is logged in organization ${allowlist.organization}`)
    : wrong(
        NAME,
        `${NEEDED} of ${SERVICE} is not logged for the whole organization, so refused calls to models leave no entry (single folders or projects may log it all the same)`,
        'Set audit_log_types in the deployment, or switch Data Access logs on under IAM & Admin > Audit Logs.',
      );
  const writes = types.has(USEFUL)
    ? []
    : [note(NAME, `${USEFUL} is not: refused writes of sessions, files and indexes are not seen`)];
  return [result, ...writes, ...exemptions(configs)];
};

function exemptions(configs: readonly AuditConfig[]): readonly CheckResult[] {
  const exempted = configs.flatMap(({ auditLogConfigs }) => auditLogConfigs.flatMap((log) => log.exemptedMembers));
  if (exempted.length === 0) return [];
  return [
    note(NAME, `calls of ${[...new Set(exempted)].join(', ')} are exempt from it: their refusals are never seen`),
  ];
}

/** Kinds of refusal that a filter can ask for. `denied` is what Guestlist can repair; the others it only explains. */
export type RefusalKind = 'denied' | 'policy-violation' | 'throttled' | 'unauthenticated';

/** What the filter asks for. */
export interface FilterOptions {
  readonly refusals: readonly RefusalKind[];
  /** Guestlist's own service account, whose calls are left out; null where it is not known. */
  readonly ownAccount: string | null;
}

/** What the sink lets through unless it is told otherwise. */
export const USUAL_REFUSALS: readonly RefusalKind[] = ['denied'];

/** The parts of the filter, so that whatever else states it (the sink of the deployment) can be compared part by part. */
export const FILTER_PARTS = {
  /** The three audit logs; the last is where perimeters write. */
  logs: '(log_id("cloudaudit.googleapis.com/activity") OR log_id("cloudaudit.googleapis.com/data_access") OR log_id("cloudaudit.googleapis.com/policy"))',
  service: '(protoPayload.serviceName="aiplatform.googleapis.com")',
  refusals: {
    denied: 'protoPayload.status.code=7',
    'policy-violation':
      'protoPayload.status.code=9 AND (protoPayload.policyViolationInfo.orgPolicyViolationInfo.violationInfo.constraint:* OR protoPayload.status.details.violations.type:"constraints/" OR protoPayload.status.message:"constraints/" OR protoPayload.status.message:"Org Policies")',
    throttled: 'protoPayload.status.code=8',
    unauthenticated: 'protoPayload.status.code=16',
  },
  /** Dry runs have the status and severity of a refusal; enforced entries lack the field, so it cannot be asked to be false. */
  noPerimeterDryRun: '(NOT protoPayload.metadata.dryRun=true)',
  noPolicyDryRun:
    '(NOT (protoPayload.metadata."@type":"OrgPolicyDryRunAuditMetadata" AND (NOT protoPayload.metadata.liveResult="DENIED")))',
} as const;

/**
 * The filter of Cloud Logging by which denials are found: by the sink as they happen, and by a backtest afterwards.
 * Every group is in brackets, for OR binds closer than AND in this language.
 */
export function denialFilter({ refusals, ownAccount }: FilterOptions): string {
  const wanted = refusals.map((kind) => `(${FILTER_PARTS.refusals[kind]})`);
  return [
    FILTER_PARTS.logs,
    FILTER_PARTS.service,
    `(${wanted.join(' OR ')})`,
    FILTER_PARTS.noPerimeterDryRun,
    FILTER_PARTS.noPolicyDryRun,
    ...(ownAccount === null ? [] : [notBy(ownAccount)]),
  ].join('\nAND ');
}

/** The part of a filter that leaves out one caller. */
export function notBy(email: string): string {
  return `(NOT protoPayload.authenticationInfo.principalEmail=${JSON.stringify(email)})`;
}

/** The same filter for one span of time; times are RFC 3339, the last is left out. */
export function between(filter: string, from: string, until: string): string {
  return `${filter}\nAND timestamp>=${JSON.stringify(from)}\nAND timestamp<${JSON.stringify(until)}`;
}

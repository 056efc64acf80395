import type { Decision } from '../decision/decision.ts';
import type { Denial, PerimeterViolation } from '../denial/denial.ts';
import { logProjectName } from '../denial/denial-names.ts';
import { PROPAGATION_MINUTES } from '../diagnosis/causes/propagating.ts';
import type { Cause, Diagnosis } from '../diagnosis/diagnosis.ts';
import { type Evidence, knownValue } from '../diagnosis/evidence.ts';
import { digest } from '../iam/digest.ts';
import { expiryCondition, expiryTime, mayBeOver } from '../iam/grant-expiry.ts';
import { formatProject } from '../iam/project.ts';
import { millisecondsOf } from '../iam/timestamp.ts';
import type { Change } from './change.ts';
import type { EarlierGrant, Intent } from './intent.ts';
import { policyFactsOf } from './policy-facts.ts';

/** What an intent is planned from. */
export interface Decided {
  readonly denial: Denial;
  readonly evidence: Evidence;
  readonly diagnosis: Diagnosis;
  readonly decision: Decision;
  /** The role that the allowlist hands out. */
  readonly role: string;
  readonly shadow: PerimeterViolation | null;
  readonly allowlistVersion: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Turns a decision into what is to be done. There is a change exactly when the decision is `apply` or `propose`. */
export function planIntent(decided: Decided): Intent {
  const { denial, evidence, diagnosis, decision, role, shadow, allowlistVersion } = decided;
  const planned = planChange(denial, evidence, decision, role);
  const policy = knownValue(evidence.policy);
  return {
    diagnosis,
    decision,
    change: planned === null ? null : { ...planned, ...limitOf(decided) },
    perimeter: denial.perimeter ?? shadow,
    project: projectName(denial, evidence),
    allowlistVersion,
    rolePermissionCount: knownValue(evidence.role)?.permissions.size ?? null,
    policyEtag: policy?.etag ?? null,
    policyFacts: planned === null || policy === null ? null : policyFactsOf(policy, planned),
    lastsMilliseconds: planned === null ? null : lengthOf(decided),
    earlierGrant: earlierGrantIn(decided),
    approvedBy: null,
  };
}

/** Causes that a grant was made in vain against. */
const NOT_HELPED: readonly Cause[] = ['deny-policy', 'access-boundary', 'service-perimeter', 'unknown'];

// A denial after the propagation of our own grant: for want of the role it is gone, for another cause it was no help.
// What was in force when the call was refused may have come to its end since, and then nobody took it away.
function earlierGrantIn({ denial, evidence, diagnosis, role, now }: Decided): EarlierGrant | null {
  const { pastGrant } = evidence;
  const { member } = denial.principal;
  if (pastGrant === null || member === null) return null;
  const change = accessOf(denial, evidence, member, role);
  if (diagnosis.cause === 'missing-role' || diagnosis.cause === 'cross-project')
    return mayBeOver(pastGrant.expiresAt, now) ? null : { grant: pastGrant, change, state: 'gone' };
  const isSettled = millisecondsOf(denial.at) - millisecondsOf(pastGrant.at) >= PROPAGATION_MINUTES * 60_000;
  return isSettled && NOT_HELPED.includes(diagnosis.cause) ? { grant: pastGrant, change, state: 'did-not-help' } : null;
}

const RENEWAL_MILLISECONDS = 12 * 3_600_000;

// Whoever had the role for a time gets it for a time again, not for good.
function lengthOf({ diagnosis, decision }: Decided): number | null {
  return decision.expiresAfterMilliseconds ?? (diagnosis.cause === 'condition-unmet' ? RENEWAL_MILLISECONDS : null);
}

function limitOf(decided: Decided): Pick<Change, 'condition' | 'expiresAt'> {
  const { denial, now } = decided;
  const length = lengthOf(decided);
  if (length === null) return { condition: null, expiresAt: null };
  const end = now + length;
  // Two grants that end in the same second are still two bindings.
  return { condition: expiryCondition(end, digest([denial.entryId]).slice(0, 6)), expiresAt: expiryTime(end) };
}

function planChange(denial: Denial, evidence: Evidence, decision: Decision, role: string): Change | null {
  const { member } = denial.principal;
  if (decision.kind !== 'apply' && decision.kind !== 'propose') return null;
  return member === null || denial.scope.kind !== 'project' ? null : accessOf(denial, evidence, member, role);
}

function accessOf(denial: Denial, evidence: Evidence, member: string, role: string): Change {
  return { project: projectName(denial, evidence), role, member, condition: null, expiresAt: null };
}

function projectName(denial: Denial, evidence: Evidence): string {
  const place = knownValue(evidence.project);
  if (place !== null) return place.id;
  return denial.scope.kind === 'project' ? formatProject(denial.scope.project) : logProjectName(denial);
}

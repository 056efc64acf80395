import type { Decision } from '../decision/decision.ts';
import type { Denial, PerimeterViolation } from '../denial/denial.ts';
import { logProjectName } from '../denial/denial-names.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { type Evidence, knownValue } from '../diagnosis/evidence.ts';
import { digest } from '../iam/digest.ts';
import { expiryCondition, expiryTime } from '../iam/grant-expiry.ts';
import { formatProject } from '../iam/project.ts';
import type { Change } from './change.ts';
import type { Intent } from './intent.ts';

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
  return {
    diagnosis,
    decision,
    change: planned === null ? null : { ...planned, ...limitOf(decided) },
    perimeter: denial.perimeter ?? shadow,
    project: projectName(denial, evidence),
    allowlistVersion,
    rolePermissionCount: knownValue(evidence.role)?.permissions.size ?? null,
  };
}

const RENEWAL_MILLISECONDS = 12 * 3_600_000;

// Whoever had the role for a time gets it for a time again, not for good.
function limitOf({ denial, diagnosis, decision, now }: Decided): Pick<Change, 'condition' | 'expiresAt'> {
  const length =
    decision.expiresAfterMilliseconds ?? (diagnosis.cause === 'condition-unmet' ? RENEWAL_MILLISECONDS : null);
  if (length === null) return { condition: null, expiresAt: null };
  const end = now + length;
  // Two grants that end in the same second are still two bindings.
  return { condition: expiryCondition(end, digest([denial.entryId]).slice(0, 6)), expiresAt: expiryTime(end) };
}

function planChange(denial: Denial, evidence: Evidence, decision: Decision, role: string): Change | null {
  const { member } = denial.principal;
  if (decision.kind !== 'apply' && decision.kind !== 'propose') return null;
  if (member === null || denial.scope.kind !== 'project') return null;
  return { project: projectName(denial, evidence), role, member, condition: null, expiresAt: null };
}

function projectName(denial: Denial, evidence: Evidence): string {
  const place = knownValue(evidence.project);
  if (place !== null) return place.id;
  return denial.scope.kind === 'project' ? formatProject(denial.scope.project) : logProjectName(denial);
}

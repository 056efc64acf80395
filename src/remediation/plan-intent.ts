import type { Decision } from '../decision/decision.ts';
import type { Denial, PerimeterViolation } from '../denial/denial.ts';
import { logProjectName } from '../denial/denial-names.ts';
import type { Cause, Diagnosis } from '../diagnosis/diagnosis.ts';
import { type Evidence, knownValue } from '../diagnosis/evidence.ts';
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
export function planIntent({
  denial,
  evidence,
  diagnosis,
  decision,
  role,
  shadow,
  allowlistVersion,
  now,
}: Decided): Intent {
  const planned = planChange(denial, evidence, decision, role);
  return {
    diagnosis,
    decision,
    change: planned === null ? null : { ...planned, ...limitOf(diagnosis.cause, now) },
    perimeter: denial.perimeter ?? shadow,
    project: projectName(denial, evidence),
    allowlistVersion,
    rolePermissionCount: knownValue(evidence.role)?.permissions.size ?? null,
  };
}

const TIME_LIMIT_HOURS = 12;

// Whoever had the role for a time gets it for a time again, not for good. Titles hold no spaces, so that Terraform can
// import the binding, and differ from one grant to the next.
function limitOf(cause: Cause, now: number): Pick<Change, 'condition' | 'expiresAt'> {
  if (cause !== 'condition-unmet') return { condition: null, expiresAt: null };
  const expiresAt = new Date(Math.floor(now / 1000) * 1000 + TIME_LIMIT_HOURS * 3_600_000)
    .toISOString()
    .replace('.000Z', 'Z');
  const title = `guestlist_expires_${expiresAt.replaceAll(/[-:TZ]/g, '')}`;
  return {
    expiresAt,
    condition: { title, description: '', expression: `request.time < timestamp("${expiresAt}")`, location: '' },
  };
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

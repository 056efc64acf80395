import type { Decision } from '../decision/decision.ts';
import type { Denial } from '../denial/denial.ts';
import { logProjectName } from '../denial/denial-names.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
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
}

/** Turns a decision into what is to be done. There is a change exactly when the decision is `apply` or `propose`. */
export function planIntent({ denial, evidence, diagnosis, decision, role }: Decided): Intent {
  return {
    diagnosis,
    decision,
    change: planChange(denial, evidence, decision, role),
    project: projectName(denial, evidence),
    rolePermissionCount: knownValue(evidence.role)?.permissions.size ?? null,
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

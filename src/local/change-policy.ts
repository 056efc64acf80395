import type { Policy } from '../iam/policy.ts';
import { LocalError } from './faults.ts';
import { normalized, refusalOf } from './policy-rules.ts';
import type { WorldState } from './world-state.ts';

const PERMISSION_DENIED = 7;

/** Writes a policy the way Resource Manager does: etag and version are checked, audit settings stay. */
export function changePolicy(resource: string, next: Policy, reason: string, state: WorldState): Policy | LocalError {
  const present = state.policy(resource);
  if (present === null) return denied(resource);
  const refusal = refusalOf(next, present);
  return refusal === null
    ? state.write(resource, normalized(next, present), reason)
    : new LocalError(refusal.code, refusal.message);
}

/** Google tells a missing resource and a forbidden one alike, so that nobody can probe for names. */
export function denied(resource: string): LocalError {
  return new LocalError(PERMISSION_DENIED, `The caller does not have permission on ${resource} (or it may not exist).`);
}

import { isExpiredGrant } from '../iam/grant-expiry.ts';
import type { GrantBinding, Policy } from '../iam/policy.ts';
import { grantIdOf } from '../ledger/keys.ts';
import type { GrantRecord } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';

/**
 * What is not on record stays for so long after its end: the work that it is from may not be ended, and tells a grant as
 * made only while it is there.
 */
const UNRECORDED_MILLISECONDS = 3_600_000;

/**
 * Takes what is left of expired grants out of a project's policy: only bindings that carry our mark, in exactly the form
 * that we write, and whose time is over. True when nothing of them is left.
 */
export async function endGrants(
  project: string,
  grants: readonly GrantRecord[],
  policy: Policy,
  pipeline: Pipeline,
  now: number,
): Promise<boolean> {
  const expired = expiredBindings(project, policy, grants, now);
  const reason = `guestlist sweep ${grants
    .map(({ id }) => id)
    .slice(0, 10)
    .join(' ')}`.trim();
  // The right to change bindings may be limited to the one role of today, so another role's must not spoil its write.
  let isClean = true;
  for (const [role, bindings] of Map.groupBy(expired, (binding) => binding.role)) {
    const result = await pipeline.removeBindings({ project, bindings, reason, askedBy: 'machine' });
    if (result.kind === 'done') continue;
    pipeline.events.write({ event: 'sweep-failed', what: `${role} in projects/${project}`, detail: result.detail });
    isClean = false;
  }
  return isClean;
}

// Google's mark of a deleted principal was not written by anybody in this form.
function expiredBindings(
  project: string,
  policy: Policy,
  grants: readonly GrantRecord[],
  now: number,
): readonly GrantBinding[] {
  const recorded = new Set(grants.map(({ id }) => id));
  const isLeft = (binding: GrantBinding) =>
    recorded.has(grantIdOf({ ...binding, project })) ||
    isExpiredGrant(binding.condition, now - UNRECORDED_MILLISECONDS);
  return policy.bindings
    .filter(({ condition }) => isExpiredGrant(condition, now))
    .flatMap(({ role, condition, members }) => members.map((member) => ({ role, member, condition })))
    .filter((binding) => !binding.member.startsWith('deleted:') && isLeft(binding));
}

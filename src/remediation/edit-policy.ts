import { isExpiredGrant } from '../iam/grant-expiry.ts';
import { type Binding, type GrantBinding, hasLostCondition, isSameCondition, type Policy } from '../iam/policy.ts';
import { isSameMember } from '../iam/principal.ts';

/** A policy with one binding added, or why there is nothing to add or it must not be done. */
export type PolicyEdit =
  | { readonly kind: 'changed'; readonly policy: Policy }
  | { readonly kind: 'present' }
  | { readonly kind: 'refused'; readonly detail: string };

/** A policy holds at most this many principals, every appearance counted (iam/quotas). */
export const PRINCIPAL_LIMIT = 1500;

/** One member holds one role under at most this many different conditions (iam/quotas). */
export const CONDITIONS_LIMIT = 20;

/**
 * Adds one member to one role, as gcloud merges: into the binding of the same role and equal condition, else as a new
 * binding. Grants of ours to the same member and role whose time is over go in the same write. Every other binding,
 * `deleted:` member and audit setting stays what it was. `now` is in milliseconds since the epoch.
 */
export function addBinding(policy: Policy, grant: GrantBinding, now: number): PolicyEdit {
  const refusal = refusalOf(policy);
  if (refusal !== null) return refusal;
  if (holdsAlready(policy, grant)) return { kind: 'present' };
  if (principalCount(policy) >= PRINCIPAL_LIMIT) {
    return refused(`the policy holds ${PRINCIPAL_LIMIT} principals, the most a policy can have; remove some first`);
  }
  const kept = withoutExpired(policy.bindings, grant, now);
  const at = kept.findIndex((binding) => isMergeTarget(binding, grant));
  const bindings =
    at < 0
      ? [...kept, { role: grant.role, members: [grant.member], condition: grant.condition }]
      : kept.map((binding, index) => (index === at ? withMember(binding, grant.member) : binding));
  return { kind: 'changed', policy: { ...policy, version: 3, bindings } };
}

/**
 * Takes one member out of the binding of the same role and equal condition, and nothing else: the same member under
 * another condition, or without one, stays. `present` stands for a policy that has no such binding.
 */
export function removeBinding(policy: Policy, grant: GrantBinding): PolicyEdit {
  const refusal = refusalOf(policy);
  if (refusal !== null) return refusal;
  if (!holdsExactly(policy, grant)) return { kind: 'present' };
  const bindings = policy.bindings.flatMap((binding) =>
    isMergeTarget(binding, grant) ? withoutMember(binding, grant.member) : [binding],
  );
  return { kind: 'changed', policy: { ...policy, version: 3, bindings } };
}

/** True when the member has the role already, unconditionally or under the same condition. */
export function holdsAlready(policy: Policy, grant: GrantBinding): boolean {
  return policy.bindings.some(
    (binding) =>
      binding.role === grant.role &&
      (binding.condition === null || isSameCondition(binding.condition, grant.condition)) &&
      hasMember(binding, grant.member),
  );
}

/** True when the member has the role by exactly this binding: the same condition, or none. */
export function holdsExactly(policy: Policy, grant: GrantBinding): boolean {
  return policy.bindings.some((binding) => isMergeTarget(binding, grant) && hasMember(binding, grant.member));
}

/** Appearances of principals, with those that audit settings exempt, as the limit counts them. */
export function principalCount(policy: Policy): number {
  const bound = policy.bindings.reduce((sum, binding) => sum + binding.members.length, 0);
  const logs = policy.auditConfigs.flatMap((config) => config.auditLogConfigs);
  return bound + logs.reduce((sum, log) => sum + log.exemptedMembers.length, 0);
}

function refusalOf(policy: Policy): PolicyEdit | null {
  const lost = policy.bindings.find(hasLostCondition);
  if (lost !== undefined)
    return refused(`the policy was read without its conditions (${lost.role}); nothing is written`);
  return policy.etag === '' ? refused('the policy came without an etag; nothing is written') : null;
}

// A policy takes 20 bindings of one member and role, so grants for a time would fill it up.
function withoutExpired(bindings: readonly Binding[], grant: GrantBinding, now: number): readonly Binding[] {
  return bindings.flatMap((binding) => {
    if (binding.role !== grant.role || !isExpiredGrant(binding.condition, now)) return [binding];
    return withoutMember(binding, grant.member);
  });
}

function withoutMember(binding: Binding, member: string): readonly Binding[] {
  const members = binding.members.filter((other) => !isSameMember(other, member));
  return members.length === 0 ? [] : [{ ...binding, members }];
}

function hasMember(binding: Binding, member: string): boolean {
  return binding.members.some((other) => isSameMember(other, member));
}

function isMergeTarget(binding: Binding, grant: GrantBinding): boolean {
  return binding.role === grant.role && isSameCondition(binding.condition, grant.condition);
}

function withMember(binding: Binding, member: string): Binding {
  return { ...binding, members: [...binding.members, member] };
}

function refused(detail: string): PolicyEdit {
  return { kind: 'refused', detail };
}

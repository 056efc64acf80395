import type { Condition, GrantBinding } from '../iam/policy.ts';
import { isSameMember } from '../iam/principal.ts';

/** One binding to add: what a grant or a proposal is about. */
export interface Change {
  readonly project: string;
  readonly role: string;
  readonly member: string;
  readonly condition: Condition | null;
  /** When the condition ends the access, or null when it stays. */
  readonly expiresAt: string | null;
}

/** True when a change gives nothing that the other does not: the same access, and no longer. */
export function isWithin(one: Change, other: Change): boolean {
  const isSame = one.project === other.project && one.role === other.role && isSameMember(one.member, other.member);
  if (other.expiresAt === null) return isSame && one.expiresAt === null;
  return isSame && one.expiresAt !== null && Date.parse(one.expiresAt) <= Date.parse(other.expiresAt);
}

/** The binding that a change adds. */
export function bindingOf(change: Change): GrantBinding {
  return { role: change.role, member: change.member, condition: change.condition };
}

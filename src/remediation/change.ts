import type { Condition, GrantBinding } from '../iam/policy.ts';

/** One binding to add: what a grant or a proposal is about. */
export interface Change {
  readonly project: string;
  readonly role: string;
  readonly member: string;
  readonly condition: Condition | null;
  /** When the condition ends the access, or null when it stays. */
  readonly expiresAt: string | null;
}

/** The binding that a change adds. */
export function bindingOf(change: Change): GrantBinding {
  return { role: change.role, member: change.member, condition: change.condition };
}

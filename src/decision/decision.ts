import type { Effect } from './allowlist.ts';

/** What to do about a denial. Public contract of `guestlist.report/v1`. */
export type DecisionKind = 'apply' | 'propose' | 'advise' | 'ignore';

/** What one rule said. */
export interface RuleResult {
  readonly id: string;
  readonly effect: Effect;
  readonly result: 'matched' | 'not-matched' | 'not-known';
  readonly why: string;
}

/** What one guard found; everything but `held` stops a grant. */
export interface GuardResult {
  readonly guard: GuardName;
  readonly result: 'held' | 'failed' | 'not-known';
  readonly detail: string;
}

/** The checks that no rule can lift, and those that only a rule's own words can. */
export type GuardName =
  | 'cause-is-grantable'
  | 'evidence-was-read'
  | 'entry-agrees'
  | 'permission-is-named'
  | 'member-may-be-granted'
  | 'not-guestlist-itself'
  | 'user-domain-is-listed'
  | 'project-in-organization'
  | 'home-in-organization'
  | 'role-may-be-granted'
  | 'role-contains-permission'
  | 'certainty-is-enough'
  | 'grant-may-stay'
  | 'not-granted-before'
  | 'no-perimeter-in-sight'
  | 'crossing-is-allowed'
  | 'default-account-is-named';

/** The decision with every rule and every guard that was asked. */
export interface Decision {
  readonly kind: DecisionKind;
  /** The rule by which a grant is made, or null: `apply` always has one. */
  readonly ruleId: string | null;
  /** How long the grant lasts, by the rule that allows it or would; null where it stays. */
  readonly expiresAfterMilliseconds: number | null;
  readonly rules: readonly RuleResult[];
  readonly guards: readonly GuardResult[];
  readonly reason: string;
}

import type { Allowlist } from '../decision/allowlist.ts';
import type { Finding } from '../diagnosis/evidence.ts';
import type { Identity } from '../iam/identity.ts';
import type { GrantBinding, Policy } from '../iam/policy.ts';
import type { Role } from '../iam/role.ts';

/** A log sink, as far as an installation depends on it. */
export interface Sink {
  readonly name: string;
  readonly destination: string;
  readonly filter: string;
  readonly includesChildren: boolean;
  readonly isIntercepting: boolean;
  readonly isDisabled: boolean;
  readonly writer: string;
}

/** The subscription that pushes to the function. */
export interface PushSubscription {
  readonly name: string;
  readonly topic: string;
  readonly endpoint: string;
  /** E-mail address of the account whose token a push carries, or empty. */
  readonly account: string;
  readonly audience: string;
  readonly deadLetterTopic: string;
  readonly expires: 'never' | 'when-idle';
}

/** All that an installation is checked by. What could not be read says so. */
export interface Installation {
  readonly allowlist: Allowlist;
  readonly identity: Identity;
  /** The organization's policy, with its audit settings. */
  readonly organization: Finding<Policy>;
  readonly sink: Finding<Sink>;
  readonly subscription: Finding<PushSubscription>;
  /** Who may publish to the topic of the sink: every binding of its policy. */
  readonly topicBindings: Finding<readonly Omit<GrantBinding, 'condition'>[]>;
  /** Roles that the organization binds Guestlist's identity to. */
  readonly roles: ReadonlyMap<string, Finding<Role>>;
  /** What the function verifies of a push, or null where it verifies nothing. */
  readonly push: { readonly audience: string; readonly account: string } | null;
  /** Whether the ledger answers. */
  readonly ledger: Finding<'answers'>;
  readonly channels: readonly string[];
}

/** What one check found. `fix` is what to do, or null where there is nothing to do. */
export interface CheckResult {
  readonly name: string;
  readonly state: 'ok' | 'wrong' | 'not-readable' | 'note';
  readonly text: string;
  readonly fix: string | null;
}

/** One look at an installation. */
export type Check = (installation: Installation) => readonly CheckResult[];

/** Nothing to do. */
export function ok(name: string, text: string): CheckResult {
  return { name, state: 'ok', text, fix: null };
}

/** Something that has to be mended. */
export function wrong(name: string, text: string, fix: string): CheckResult {
  return { name, state: 'wrong', text, fix };
}

/** Something that is as it is on purpose, or cannot be helped. */
export function note(name: string, text: string): CheckResult {
  return { name, state: 'note', text, fix: null };
}

/** What could not be looked at: never taken for right, nor for wrong. */
export function notLookedAt(
  name: string,
  what: string,
  finding: Exclude<Finding<unknown>, { kind: 'known' }>,
): CheckResult {
  return {
    name,
    state: 'not-readable',
    text: `${what} could not be read: ${finding.detail}`,
    fix: 'Run this as somebody who may read it.',
  };
}

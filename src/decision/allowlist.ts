import type { MemberPattern } from './member-pattern.ts';
import type { NamePattern } from './name-pattern.ts';
import type { ProjectPattern } from './project-pattern.ts';
import type { RuleCondition } from './rule-condition.ts';

/** The ceiling over every rule, and the kill switch. */
export type Mode = 'off' | 'propose' | 'apply';

/** What a rule that matches asks for. */
export type Effect = 'allow' | 'propose' | 'forbid' | 'mute';

/** How many grants may be made; null where there is no limit. */
export interface Limits {
  readonly grantsPerHour: number | null;
  readonly grantsPerProjectPerDay: number | null;
}

/** One rule. An empty list of patterns means that the rule does not ask about it. */
export interface Rule {
  readonly id: string;
  readonly effect: Effect;
  readonly principals: readonly MemberPattern[];
  readonly projects: readonly ProjectPattern[];
  readonly permissions: readonly NamePattern[];
  /** What has to hold besides, or null. */
  readonly when: RuleCondition | null;
  /** How sure a diagnosis has to be for this rule to allow. */
  readonly certainty: 'likely' | 'certain';
  readonly crossProject: 'refused' | 'allowed';
  /** How long a grant by this rule lasts, or null where it stays. */
  readonly expiresAfterMilliseconds: number | null;
  /** Limits of this rule, besides those of the file. */
  readonly limits: Limits;
  /** For how long further denials only count, or null where the file decides. */
  readonly quietMilliseconds: number | null;
  /** Channels that reports go to besides Cloud Logging, or null where the file decides. */
  readonly channels: readonly string[] | null;
  /** E-mail addresses of people who may approve what this rule would allow, besides those of the file. */
  readonly approvers: readonly string[];
}

/** The organization's rules, read from one YAML file of version 1. */
export interface Allowlist {
  /** Digest of the file, by which a decision tells that the file has changed since. */
  readonly version: string;
  /** Number of the organization, or null where no allowlist was given. */
  readonly organization: string | null;
  readonly domains: readonly string[];
  readonly mode: Mode;
  readonly role: string;
  readonly limits: Limits;
  /** For how long further denials of a reported incident only count; null for an hour. */
  readonly quietMilliseconds: number | null;
  /** Channels that reports go to besides Cloud Logging, or null for every one there is. */
  readonly channels: readonly string[] | null;
  /** E-mail addresses of people who may approve; empty means nobody. */
  readonly approvers: readonly string[];
  readonly rules: readonly Rule[];
}

/** The version of the last good allowlist while the newest one cannot be used. */
export const UNUSABLE_VERSION = 'unusable';

/** The id under which a person's approval stands where a rule would. No rule may have it. */
export const APPROVAL_RULE = 'approval';

/** The role Guestlist hands out unless the allowlist names a narrower one. */
export const DEFAULT_ROLE = 'roles/aiplatform.user';

/** What holds where no allowlist was given: everything is proposed, nothing granted. */
export const NO_ALLOWLIST: Allowlist = {
  version: 'none',
  organization: null,
  domains: [],
  mode: 'propose',
  role: DEFAULT_ROLE,
  limits: { grantsPerHour: null, grantsPerProjectPerDay: null },
  quietMilliseconds: null,
  channels: null,
  approvers: [],
  rules: [],
};

import type { Denial } from '../denial/denial.ts';
import { namesBehind } from '../denial/denial-names.ts';
import type { Certainty } from '../diagnosis/diagnosis.ts';
import { isSameEmail } from '../iam/email.ts';
import { isPerson } from '../iam/member-set.ts';
import { type Allowlist, APPROVAL_RULE, type Rule } from './allowlist.ts';
import type { Decision, GuardName, GuardResult, RuleResult } from './decision.ts';
import { NO_LIMITS } from './parse-limits.ts';

/** E-mail addresses of everybody who may approve a change: those of the file, and of every rule that would allow it. */
export function approversFor(allowlist: Allowlist, rules: readonly RuleResult[]): readonly string[] {
  const matched = new Set(rules.filter(({ result }) => result === 'matched').map(({ id }) => id));
  const allowing = allowlist.rules.filter(({ id, effect }) => effect === 'allow' && matched.has(id));
  return [...new Set([...allowlist.approvers, ...allowing.flatMap(({ approvers }) => approvers)])];
}

/** E-mail addresses of everybody who may approve anything. */
export function allApprovers({ approvers, rules }: Allowlist): readonly string[] {
  return [...new Set([...approvers, ...rules.flatMap((rule) => rule.approvers)])];
}

/** Guards that the words of a rule lift, so that an approval does too. */
const LIFTED: readonly GuardName[] = [
  'certainty-is-enough',
  'grant-may-stay',
  'not-granted-before',
  'crossing-is-allowed',
  'default-account-is-named',
];

/** What keeps anybody from approving a proposal. */
export type Obstacle =
  | { readonly kind: 'mode'; readonly mode: Allowlist['mode'] }
  | { readonly kind: 'forbidden'; readonly ruleId: string }
  | { readonly kind: 'guard'; readonly guard: GuardResult }
  | { readonly kind: 'not-sure' }
  | { readonly kind: 'no-approvers' };

/** Why nobody may approve what is proposed, or null when somebody may: nothing stops it but what an approval lifts. */
export function obstacleToApproval(
  allowlist: Allowlist,
  { rules, guards }: Pick<Decision, 'rules' | 'guards'>,
  certainty: Certainty,
): Obstacle | null {
  const forbidding = rules.find(({ effect, result }) => effect === 'forbid' && result !== 'not-matched');
  const guard = guards.find(({ guard: name, result }) => result !== 'held' && !LIFTED.includes(name));
  if (forbidding !== undefined) return { kind: 'forbidden', ruleId: forbidding.id };
  if (guard !== undefined) return { kind: 'guard', guard };
  if (certainty === 'unknown') return { kind: 'not-sure' };
  if (allowlist.mode !== 'apply') return { kind: 'mode', mode: allowlist.mode };
  return approversFor(allowlist, rules).length === 0 ? { kind: 'no-approvers' } : null;
}

/** True for a person (e-mail address) who may decide what these rules say about: yes, where nothing stands in the way, or no. */
export function mayDecide(person: string, allowlist: Allowlist, rules: readonly RuleResult[]): boolean {
  return approversFor(allowlist, rules).some((approver) => isSameEmail(approver, person));
}

/**
 * Why a person (e-mail address) may not approve for a caller, as far as allowlist and entry tell, or null: only whom the
 * allowlist names, and nobody who made the call or stands behind it.
 */
export function objectionToApprover(person: string, approvers: readonly string[], denial: Denial): string | null {
  if (approvers.length === 0) return 'the allowlist names no approvers for this, so nobody may approve it';
  if (!approvers.some((approver) => isSameEmail(approver, person))) return `${person} is not among the approvers`;
  const { member } = denial.principal;
  const isCaller = member !== null && isPerson(member, person);
  return isCaller || namesBehind(denial).some((name) => isSameEmail(bareAddress(name), person))
    ? ownAccess(person)
    : null;
}

/** Why nobody approves what they profit from. */
export function ownAccess(person: string): string {
  return `${person} made the call or stands behind it, and nobody approves their own access`;
}

/**
 * The allowlist with a person's approval in it, for the decision that it asks for. It stands where a rule would: `forbid`
 * beats it, the mode is its ceiling, and every guard has to hold but those that a rule's own words lift.
 */
export function withApproval(
  allowlist: Allowlist,
  {
    member,
    project,
    lastsMilliseconds,
  }: { readonly member: string; readonly project: string; readonly lastsMilliseconds: number | null },
): Allowlist {
  const approval: Rule = {
    id: APPROVAL_RULE,
    effect: 'allow',
    principals: [{ text: member }],
    projects: [{ kind: 'project-id', text: project }],
    permissions: [],
    when: null,
    certainty: 'likely',
    crossProject: 'allowed',
    expiresAfterMilliseconds: lastsMilliseconds,
    limits: NO_LIMITS,
    quietMilliseconds: null,
    channels: null,
    approvers: [],
  };
  const rules = allowlist.rules.filter(({ effect }) => effect === 'forbid' || effect === 'mute');
  return { ...allowlist, rules: [approval, ...rules] };
}

function bareAddress(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

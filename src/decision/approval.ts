import type { Denial } from '../denial/denial.ts';
import { namesBehind } from '../denial/denial-names.ts';
import type { Certainty } from '../diagnosis/diagnosis.ts';
import { isSameEmail } from '../iam/email.ts';
import { isPerson } from '../iam/member-set.ts';
import { type Allowlist, APPROVAL_RULE, type Rule } from './allowlist.ts';
import type { Decision, GuardName, RuleResult } from './decision.ts';
import { NO_LIMITS } from './parse-limits.ts';

/** E-mail addresses of everybody who may approve a change: those of the file, and of every rule that would allow it. */
export function approversFor(allowlist: Allowlist, rules: readonly RuleResult[]): readonly string[] {
  const matched = new Set(rules.filter(({ result }) => result === 'matched').map(({ id }) => id));
  const allowing = allowlist.rules.filter(({ id, effect }) => effect === 'allow' && matched.has(id));
  return [...new Set([...allowlist.approvers, ...allowing.flatMap(({ approvers }) => approvers)])];
}

/** Guards that the words of a rule lift, so that an approval does too. */
const LIFTED: readonly GuardName[] = [
  'certainty-is-enough',
  'grant-may-stay',
  'not-granted-before',
  'crossing-is-allowed',
  'default-account-is-named',
];

/** True when somebody may be able to approve what is proposed: the mode lets it, and nothing stops it that nobody lifts. */
export function isApprovable(
  allowlist: Allowlist,
  { rules, guards }: Pick<Decision, 'rules' | 'guards'>,
  certainty: Certainty,
): boolean {
  const isForbidden = rules.some(({ effect, result }) => effect === 'forbid' && result !== 'not-matched');
  const isStopped = guards.some(({ guard, result }) => result !== 'held' && !LIFTED.includes(guard));
  const isSure = certainty === 'certain' || certainty === 'likely';
  return (
    allowlist.mode === 'apply' && !isForbidden && !isStopped && isSure && approversFor(allowlist, rules).length > 0
  );
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

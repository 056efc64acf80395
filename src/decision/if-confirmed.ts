import { helpOfGrant } from '../diagnosis/diagnosis.ts';
import type { Rule } from './allowlist.ts';
import { askGuards, type DecisionInput, projectFacts } from './decide.ts';
import type { GuardName } from './decision.ts';
import { matchRule, type RuleMatch } from './match-rule.ts';

/** An `allow` rule that nothing known speaks against, and what a look-up still has to confirm. */
export interface OpenAllowance {
  readonly ruleId: string;
  /** How long a grant by the rule lasts, or null where it stays. */
  readonly expiresAfterMilliseconds: number | null;
  /** Rules that could not be told, the allowing one included, and guards that could not be checked. */
  readonly rules: readonly string[];
  readonly guards: readonly GuardName[];
}

/**
 * The first rule that would allow a grant if everything that could not be looked up turned out in its favour; null where
 * something that is known speaks against it. Nothing may be granted on it: it only tells what a look-up is worth.
 */
export function allowanceIfConfirmed(input: DecisionInput): OpenAllowance | null {
  const { allowlist, diagnosis, denial, now } = input;
  if (allowlist.mode !== 'apply' || helpOfGrant[diagnosis.cause] !== 'grant-helps') return null;
  const matches = allowlist.rules.map((rule) => matchRule(rule, denial, projectFacts(input), now));
  const against = matches.filter(({ rule, result }) => rule.effect !== 'allow' && result !== 'not-matched');
  if (against.some(({ result }) => result === 'matched')) return null;
  const candidates = matches.filter(({ rule, result }) => rule.effect === 'allow' && result !== 'not-matched');
  for (const candidate of candidates) {
    const guards = openGuards(input, candidate.rule);
    if (guards !== null) return allowanceOf(candidate, against, guards);
  }
  return null;
}

// A rule that asks for more certainty than there is may get it from what was not read.
function openGuards(input: DecisionInput, rule: Rule): readonly GuardName[] | null {
  const open = askGuards({ ...input, rule }).filter(({ result }) => result !== 'held');
  const isUnread = open.some(({ guard }) => guard === 'evidence-was-read');
  const isRefused = open.some(
    ({ guard, result }) => result === 'failed' && !(isUnread && guard === 'certainty-is-enough'),
  );
  return isRefused ? null : open.map(({ guard }) => guard);
}

function allowanceOf(
  { rule, result }: RuleMatch,
  against: readonly RuleMatch[],
  guards: readonly GuardName[],
): OpenAllowance {
  const untold = [...(result === 'matched' ? [] : [rule.id]), ...against.map((match) => match.rule.id)];
  return { ruleId: rule.id, expiresAfterMilliseconds: rule.expiresAfterMilliseconds, rules: untold, guards };
}

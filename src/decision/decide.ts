import type { Denial } from '../denial/denial.ts';
import { type Diagnosis, helpOfGrant } from '../diagnosis/diagnosis.ts';
import { type Evidence, knownValue } from '../diagnosis/evidence.ts';
import type { Identity } from '../iam/identity.ts';
import { type Allowlist, APPROVAL_RULE, type Rule, UNUSABLE_VERSION } from './allowlist.ts';
import type { Decision, DecisionKind, GuardResult } from './decision.ts';
import type { GuardInput } from './guard.ts';
import { GUARDS } from './guards/all-guards.ts';
import { matchRule, type RuleMatch } from './match-rule.ts';
import type { ProjectFacts } from './project-pattern.ts';

/** What a decision is made from. */
export interface DecisionInput {
  readonly denial: Denial;
  readonly diagnosis: Diagnosis;
  readonly evidence: Evidence;
  readonly allowlist: Allowlist;
  readonly identity: Identity;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Decides what to do about a diagnosed denial. `apply` needs an `allow` rule that matches and every guard held;
 * `forbid` beats everything, then `mute`, then `propose`; the mode lowers the result and never raises it.
 */
export function decide(input: DecisionInput): Decision {
  const { rules } = input.allowlist;
  const help = helpOfGrant[input.diagnosis.cause];
  if (help === 'nothing-to-do')
    return decision('ignore', rules.map(notAsked), [], `nothing to do: ${input.diagnosis.cause}`);
  const matches = rules.map((rule) => matchRule(rule, input.denial, projectFacts(input), input.now));
  const muted = mutedBy(matches);
  if (muted !== null) return decision('ignore', matches, [], `rule ${muted.id} mutes it`);
  if (help === 'no-grant-helps') return decision('advise', matches, [], `no grant helps with ${input.diagnosis.cause}`);
  return decideGrantable(input, matches);
}

// Where there is nothing to do, nothing is looked up that a rule could be asked about.
function notAsked(rule: Rule): RuleMatch {
  return { rule, result: 'not-known', why: 'not asked: there is nothing to do' };
}

function decideGrantable(input: DecisionInput, matches: readonly RuleMatch[]): Decision {
  const { tried, open } = tryRules(input, matches);
  const { guards } = open ?? tried[0] ?? { guards: [] };
  return { ...judge(input, matches, guards, open?.rule ?? null), expiresAfterMilliseconds: lastingOf(tried, open) };
}

function tryRules(input: DecisionInput, matches: readonly RuleMatch[]) {
  const candidates = matches.filter((match) => match.result === 'matched' && match.rule.effect === 'allow');
  const tried = (candidates.length === 0 ? [null] : candidates.map((match) => match.rule)).map((rule) => ({
    rule,
    guards: askGuards({ ...input, rule }),
  }));
  return {
    tried,
    open: tried.find(({ rule, guards }) => rule !== null && guards.every((guard) => guard.result === 'held')),
  };
}

function judge(
  { allowlist }: DecisionInput,
  matches: readonly RuleMatch[],
  guards: readonly GuardResult[],
  allowing: Rule | null,
): Decision {
  const stop = stopReason(matches, allowing, guards);
  if (allowlist.mode === 'off') return decision('advise', matches, guards, 'the mode of the allowlist is off');
  if (stop !== null) return decision('propose', matches, guards, stop);
  if (allowlist.mode === 'propose') return decision('propose', matches, guards, whyPropose(allowlist));
  if (allowing === null) return decision('propose', matches, guards, 'no rule allows it');
  const by = allowing.id === APPROVAL_RULE ? "a person's approval" : `rule ${allowing.id}`;
  const applied = decision('apply', matches, guards, `${by} allows it and every guard held`);
  return { ...applied, ruleId: allowing.id };
}

function whyPropose({ version }: Allowlist): string {
  return version === UNUSABLE_VERSION
    ? 'the newest version of the allowlist cannot be used, so nothing is granted until it is mended'
    : 'the mode of the allowlist is propose';
}

// A proposal lasts as long as the rule says that came nearest to allowing it.
function lastingOf(
  tried: readonly { readonly rule: Rule | null }[],
  open: { readonly rule: Rule | null } | undefined,
): number | null {
  return (open ?? tried[0])?.rule?.expiresAfterMilliseconds ?? null;
}

function stopReason(
  matches: readonly RuleMatch[],
  allowing: Rule | null,
  guards: readonly GuardResult[],
): string | null {
  // A forbid rule that cannot be checked counts as matching.
  const forbidding = matches.find((match) => match.rule.effect === 'forbid' && match.result !== 'not-matched');
  if (forbidding !== undefined) {
    return `rule ${forbidding.rule.id} forbids it${forbidding.result === 'not-known' ? ', as far as could be looked up' : ''}`;
  }
  const proposing = matches.find((match) => match.rule.effect === 'propose' && match.result !== 'not-matched');
  if (proposing !== undefined) return `rule ${proposing.rule.id} asks for a proposal`;
  if (allowing !== null) return null;
  const isAllowed = matches.some((match) => match.rule.effect === 'allow' && match.result === 'matched');
  const stopped = guards.find((guard) => guard.result !== 'held');
  if (isAllowed && stopped !== undefined) return `guard ${stopped.guard} stopped it: ${stopped.detail}`;
  return 'no rule allows it';
}

function mutedBy(matches: readonly RuleMatch[]): Rule | null {
  const isForbidden = matches.some((match) => match.rule.effect === 'forbid' && match.result !== 'not-matched');
  const muting = matches.find((match) => match.rule.effect === 'mute' && match.result === 'matched');
  return isForbidden ? null : (muting?.rule ?? null);
}

/** Asks every guard. */
export function askGuards(input: GuardInput): readonly GuardResult[] {
  return Object.values(GUARDS).map((guard) => guard(input));
}

/** What is known of the project when rules are matched: what was looked up, else the id as the entry names it. */
export function projectFacts({ denial, evidence }: Pick<DecisionInput, 'denial' | 'evidence'>): ProjectFacts {
  const place = knownValue(evidence.project);
  const named =
    denial.scope.kind === 'project' && denial.scope.project.kind === 'project-id' ? denial.scope.project.id : null;
  return {
    id: place?.id ?? named,
    number: place?.number ?? null,
    ancestors: place === null ? null : knownValue(place.ancestors),
  };
}

function decision(
  kind: DecisionKind,
  matches: readonly RuleMatch[],
  guards: readonly GuardResult[],
  reason: string,
): Decision {
  const rules = matches.map(({ rule, result, why }) => ({ id: rule.id, effect: rule.effect, result, why }));
  return { kind, ruleId: null, expiresAfterMilliseconds: null, rules, guards, reason };
}

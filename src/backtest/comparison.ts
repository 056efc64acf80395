import type { Allowlist, Rule } from '../decision/allowlist.ts';
import type { DecisionKind } from '../decision/decision.ts';
import type { Cause } from '../diagnosis/diagnosis.ts';
import { grantFacts, listed } from './build-result.ts';
import type { Finding, Trial } from './replay.ts';
import type { BacktestResult, GrantFacts, Listed } from './result.ts';
import type { SimulatedGrant } from './simulated-grant.ts';
import type { Verdict } from './verdict.ts';

/** Name and version of a comparison's JSON. */
export const COMPARISON_SCHEMA = 'guestlist.backtest-comparison/v1';

/** What a changed allowlist changes. Public contract; `backtest.schema.json` describes it. */
export interface ComparisonResult {
  readonly schema: typeof COMPARISON_SCHEMA;
  readonly old: BacktestResult;
  readonly new: BacktestResult;
  /** Accesses that only the new allowlist grants, only the old one, or both on other terms. */
  readonly grants: {
    readonly added: Listed<GrantFacts>;
    readonly lost: Listed<GrantFacts>;
    readonly changed: Listed<{ readonly old: GrantFacts; readonly new: GrantFacts }>;
  };
  /** Denials that are decided otherwise, the most frequent change first. */
  readonly decisions: readonly DecisionChange[];
  /** Why the new allowlist grants more than the old one; empty where it does not. */
  readonly grantsMore: readonly string[];
}

/** Denials that both allowlists decide in one way each, and differently. */
export interface DecisionChange {
  readonly denials: number;
  readonly old: DecisionFacts;
  readonly new: DecisionFacts;
}

/** How denials are decided. `rule` grants, or would if look-ups confirm it. */
export interface DecisionFacts {
  readonly cause: Cause;
  readonly decision: DecisionKind;
  readonly rule: string | null;
  readonly isIfConfirmed: boolean;
}

/** Counts how two allowlists differ over the denials of a history. */
export interface Comparison {
  count(findings: readonly Finding[]): void;
  readonly changes: readonly DecisionChange[];
  /** Denials that are allowed if look-ups confirm it, by rules that changed and that only look-ups can tell apart. */
  readonly notTold: number;
}

/** Starts to count. The first finding of each denial is that of the old allowlist. */
export function createComparison(old: Allowlist, young: Allowlist): Comparison {
  const isElsewhere = old.organization !== young.organization;
  const changed = changedRules(old.rules, young.rules);
  let notTold = 0;
  const counts = new Map<string, { denials: number; readonly old: DecisionFacts; readonly new: DecisionFacts }>();
  return {
    count: ([one, other]) => {
      if (one === undefined || other === undefined) return;
      const isOpen = one.verdict.allowance !== null && other.verdict.allowance !== null;
      if (isOpen && (isElsewhere || asksOneOf(changed, one.verdict, other.verdict))) notTold += 1;
      const change = { old: decisionFacts(one.verdict), new: decisionFacts(other.verdict) };
      if (isSameDecision(change.old, change.new)) return;
      const key = JSON.stringify(change);
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { denials: 1, ...change });
      else known.denials += 1;
    },
    get notTold() {
      return notTold;
    },
    get changes() {
      return [...counts.values()].sort((one, other) => other.denials - one.denials);
    },
  };
}

/** Puts two results and what was counted between them together. */
export function buildComparison(
  [before, after]: readonly [Trial, Trial],
  results: readonly [BacktestResult, BacktestResult],
  comparison: Comparison,
): ComparisonResult {
  const [old, young] = [before.simulated.grants, after.simulated.grants];
  const added = [...young].flatMap(([key, grant]) => (old.has(key) ? [] : [grant]));
  const lost = [...old].flatMap(([key, grant]) => (young.has(key) ? [] : [grant]));
  const both = [...old].flatMap(([key, grant]) => pairOf(grant, young.get(key)));
  const changed = both.filter(([one, other]) => !isOnSameTerms(one, other));
  const first = ({ firstAt }: SimulatedGrant) => firstAt;
  return {
    schema: COMPARISON_SCHEMA,
    old: results[0],
    new: results[1],
    grants: {
      added: listed(added, first, grantFacts),
      lost: listed(lost, first, grantFacts),
      changed: listed(
        changed,
        ([one]) => one.firstAt,
        ([one, other]) => ({ old: grantFacts(one), new: grantFacts(other) }),
      ),
    },
    decisions: comparison.changes,
    grantsMore: whyMore(added, changed, comparison),
  };
}

type GrantPair = readonly [SimulatedGrant, SimulatedGrant];

function pairOf(one: SimulatedGrant, other: SimulatedGrant | undefined): readonly GrantPair[] {
  return other === undefined ? [] : [[one, other]];
}

function isOnSameTerms({ terms: one }: SimulatedGrant, { terms: other }: SimulatedGrant): boolean {
  return (
    one.ruleId === other.ruleId &&
    one.lastsMilliseconds === other.lastsMilliseconds &&
    one.needs.join() === other.needs.join()
  );
}

// Also what a limit held back in this history counts: another month may have room for it.
function whyMore(
  added: readonly SimulatedGrant[],
  changed: readonly GrantPair[],
  { changes, notTold }: Comparison,
): readonly string[] {
  const longer = changed.filter(([one, other]) => lengthOf(other) > lengthOf(one)).length;
  const surer = changed.filter(([one, other]) => other.terms.needs.length < one.terms.needs.length).length;
  const allowed = changes
    .filter((change) => strengthOf(change.new) > strengthOf(change.old))
    .reduce((sum, { denials }) => sum + denials, 0);
  return [
    ...why(added.length, 'access is granted that was not', 'accesses are granted that were not'),
    ...why(longer, 'access is granted for longer', 'accesses are granted for longer'),
    ...why(surer, 'access needs fewer confirmations', 'accesses need fewer confirmations'),
    ...why(allowed, 'denial is allowed that was not', 'denials are allowed that were not'),
    ...why(
      notTold,
      'denial falls under a changed rule',
      'denials fall under changed rules',
      ', and only look-ups can tell whether it grants more',
    ),
  ];
}

function lengthOf({ terms }: SimulatedGrant): number {
  return terms.lastsMilliseconds ?? Number.POSITIVE_INFINITY;
}

function strengthOf({ decision, isIfConfirmed }: DecisionFacts): number {
  return decision === 'apply' ? 2 : isIfConfirmed ? 1 : 0;
}

function why(count: number, one: string, many: string, more = ''): readonly string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}${more}`];
}

// A rule that could not be told looks the same whatever it says, so what it says is compared.
function asksOneOf(changed: ReadonlySet<string>, ...verdicts: readonly Verdict[]): boolean {
  return verdicts.some(({ allowance }) => allowance?.rules.some((id) => changed.has(id)) ?? false);
}

function changedRules(old: readonly Rule[], young: readonly Rule[]): ReadonlySet<string> {
  const textOf = (rules: readonly Rule[], id: string) => JSON.stringify(rules.find((rule) => rule.id === id) ?? null);
  const ids = [...old, ...young].map(({ id }) => id);
  return new Set(ids.filter((id) => textOf(old, id) !== textOf(young, id)));
}

function isSameDecision(one: DecisionFacts, other: DecisionFacts): boolean {
  return (
    one.decision === other.decision &&
    one.rule === other.rule &&
    one.cause === other.cause &&
    one.isIfConfirmed === other.isIfConfirmed
  );
}

function decisionFacts({ cause, decision, ruleId, allowance }: Verdict): DecisionFacts {
  return { cause, decision, rule: ruleId ?? allowance?.ruleId ?? null, isIfConfirmed: allowance !== null };
}

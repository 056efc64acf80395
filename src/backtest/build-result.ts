import { helpOfGrant } from '../diagnosis/diagnosis.ts';
import { memberKey } from '../iam/principal.ts';
import { DAY_MILLISECONDS } from '../ledger/keys.ts';
import type { History } from './history.ts';
import { LEFT_UNKNOWN, MODEL_NOTES } from './notes.ts';
import type { Trial } from './replay.ts';
import {
  BACKTEST_SCHEMA,
  type BacktestResult,
  type DayFacts,
  type EvidenceKind,
  type GrantFacts,
  type HistoryFacts,
  type IncidentCounts,
  type LimitFacts,
  type Listed,
  type OutcomeCounts,
  type RuleFacts,
  type SuspectFacts,
} from './result.ts';
import type { SimulatedGrant } from './simulated-grant.ts';
import {
  GRANTED,
  GRANTED_IF_CONFIRMED,
  LEFT_TO_A_PERSON,
  type LimitCount,
  MUTED,
  type SuspectCount,
  type Tally,
} from './tally.ts';

/** How many items a list of a result has at most. */
const MOST_LISTED = 5_000;

/** What a result is built from, besides the trial. */
export interface ResultParts {
  /** RFC 3339. */
  readonly at: string;
  readonly isComplete: boolean;
  readonly allowlistName: string;
  readonly evidence: EvidenceKind;
  readonly history: HistoryFacts;
}

/** Puts the result of a trial together. */
export function buildResult({ allowlist, tally, simulated }: Trial, parts: ResultParts): BacktestResult {
  const { version, mode, organization, role } = allowlist;
  const grants = [...simulated.grants.values()];
  const rules = ruleFacts(allowlist.rules, tally);
  return {
    schema: BACKTEST_SCHEMA,
    at: parts.at,
    isComplete: parts.isComplete,
    allowlist: { name: parts.allowlistName, version, mode, organization, role },
    evidence: { kind: parts.evidence, leavesUnknown: LEFT_UNKNOWN[parts.evidence] },
    history: parts.history,
    causes: causeCounts(tally),
    decisions: { ...tally.decisions, allowedIfConfirmed: tally.allowedIfConfirmed },
    outcomes: outcomeCounts(tally, grants),
    incidents: incidentCounts(tally.endings),
    rules,
    neverMatched: rules.filter(({ matched, notKnown }) => matched + notKnown === 0).map(({ id }) => id),
    grants: listed(grants, ({ firstAt }) => firstAt, grantFacts),
    limits: [...tally.limits.values()].map(limitFacts),
    reconnaissance: suspectFacts(tally, grants),
    days: dayFacts(tally),
    notes: MODEL_NOTES,
  };
}

/** What a history comes to when it was read back. */
export function historyFacts({ counts, span }: History, unreadable: number): HistoryFacts {
  const [from, to] = span === null ? [null, null] : [timeOf(span.from), timeOf(span.to)];
  return { entries: counts.entries, repeated: counts.repeated, unreadable, from, to };
}

/** One grant as it stands in a result. */
export function grantFacts({ access, terms, ...grant }: SimulatedGrant): GrantFacts {
  const { project, member, role } = access;
  return {
    project,
    member,
    role,
    rule: terms.ruleId,
    firstAt: timeOf(grant.firstAt),
    lastAt: timeOf(grant.lastAt),
    times: grant.times,
    expiresAfterSeconds: terms.lastsMilliseconds === null ? null : terms.lastsMilliseconds / 1000,
    expiresAt: grant.expiresAt === null ? null : timeOf(grant.expiresAt),
    needs: terms.needs,
    avoided: grant.avoided,
    hindsight: grant.hindsight,
  };
}

/** The first items of a list in order of time, as they stand in a result. */
export function listed<T, F>(items: readonly T[], timeOfItem: (item: T) => number, factsOf: (item: T) => F): Listed<F> {
  const first = items.toSorted((one, other) => timeOfItem(one) - timeOfItem(other)).slice(0, MOST_LISTED);
  return { total: items.length, list: first.map(factsOf) };
}

function causeCounts({ causes }: Tally): BacktestResult['causes'] {
  const counts = [...causes].map(([cause, entries]) => ({ cause, entries }));
  const order = Object.keys(helpOfGrant);
  return counts.sort((one, other) => order.indexOf(one.cause) - order.indexOf(other.cause));
}

function ruleFacts(rules: Trial['allowlist']['rules'], tally: Tally): readonly RuleFacts[] {
  return rules.map(({ id, effect }, place) => {
    const { matched = 0, open = 0, grants = 0, grantsIfConfirmed = 0 } = tally.rules[place] ?? {};
    return { id, effect, matched, notKnown: open, grants, grantsIfConfirmed };
  });
}

function outcomeCounts(tally: Tally, grants: readonly SimulatedGrant[]): OutcomeCounts {
  const { fates, rules } = tally;
  const unsure = grants.filter(({ terms }) => terms.needs.length > 0);
  const avoidedIfConfirmed = sum(unsure.map(({ avoided }) => avoided));
  return {
    granted: sum(rules.map((rule) => rule.grants)),
    grantedIfConfirmed: sum(rules.map((rule) => rule.grantsIfConfirmed)),
    propagating: fates.get('propagating') ?? 0,
    avoided: (fates.get('avoided') ?? 0) - avoidedIfConfirmed,
    avoidedIfConfirmed,
    repeated: fates.get('repeated') ?? 0,
    proposed: fates.get('proposed') ?? 0,
    overLimit: fates.get('over-limit') ?? 0,
    advised: fates.get('advised') ?? 0,
    muted: fates.get('muted') ?? 0,
  };
}

function incidentCounts(endings: readonly number[]): IncidentCounts {
  const counts = { closedWithoutPerson: 0, closedIfConfirmed: 0, leftToAPerson: 0, muted: 0, neverArisen: 0 };
  let total = 0;
  for (const ending of endings) {
    if (ending === undefined) continue;
    total += 1;
    if ((ending & LEFT_TO_A_PERSON) !== 0) counts.leftToAPerson += 1;
    else if ((ending & GRANTED_IF_CONFIRMED) !== 0) counts.closedIfConfirmed += 1;
    else if ((ending & GRANTED) !== 0) counts.closedWithoutPerson += 1;
    else if ((ending & MUTED) !== 0) counts.muted += 1;
    else counts.neverArisen += 1;
  }
  return { total, ...counts };
}

function limitFacts({ limit, times, firstAt, lastAt, projects, days }: LimitCount): LimitFacts {
  return {
    limit,
    times,
    firstAt: timeOf(firstAt),
    lastAt: timeOf(lastAt),
    projects: projects.size,
    days: [...days].map(dayName),
  };
}

function suspectFacts({ suspects }: Tally, grants: readonly SimulatedGrant[]): Listed<SuspectFacts> {
  const granted = new Map<string, number>();
  for (const { access } of grants)
    granted.set(memberKey(access.member), (granted.get(memberKey(access.member)) ?? 0) + 1);
  const factsOf = ({ member, firstAt, lastAt, ...counts }: SuspectCount) => ({
    member,
    firstAt: timeOf(firstAt),
    lastAt: timeOf(lastAt),
    ...counts,
    grants: granted.get(memberKey(member)) ?? 0,
  });
  return listed([...suspects.values()], ({ firstAt }) => firstAt, factsOf);
}

function dayFacts({ days }: Tally): readonly DayFacts[] {
  return [...days]
    .sort(([one], [other]) => one - other)
    .map(([number, { decisions, grants, avoided }]) => ({ day: dayName(number), ...decisions, grants, avoided }));
}

function dayName(number: number): string {
  return timeOf(number * DAY_MILLISECONDS).slice(0, 10);
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

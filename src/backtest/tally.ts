import type { DecisionKind } from '../decision/decision.ts';
import type { Cause } from '../diagnosis/diagnosis.ts';
import type { Suspicion } from '../diagnosis/question.ts';
import { DAY_MILLISECONDS } from '../ledger/keys.ts';
import type { Fate } from './simulated-function.ts';
import type { Verdict } from './verdict.ts';

/** What happened on one day. */
export interface DayCount {
  /** Denials by what `explain` decides. */
  readonly decisions: Record<DecisionKind, number>;
  grants: number;
  avoided: number;
}

/** How often a rule matched or could not be told, and how often it granted, surely or if look-ups confirm it. */
export interface RuleCount {
  matched: number;
  open: number;
  grants: number;
  grantsIfConfirmed: number;
}

/** A limit on grants that was reached. Times in milliseconds since the epoch. */
export interface LimitCount {
  readonly limit: string;
  readonly firstAt: number;
  lastAt: number;
  times: number;
  /** The projects whose grants it held back, and the days, counted from the epoch. */
  readonly projects: Set<string>;
  readonly days: Set<number>;
}

/** A caller that looked like exploring, with the most that was seen of it in one window. */
export interface SuspectCount {
  readonly member: string;
  readonly firstAt: number;
  lastAt: number;
  denials: number;
  permissions: number;
  projects: number;
}

/** One bit for each way in which a round of an incident can end. */
export const GRANTED = 1;
export const GRANTED_IF_CONFIRMED = 2;
export const LEFT_TO_A_PERSON = 4;
export const MUTED = 8;

/** No history has more days; entries with stray times share one. */
const MOST_DAYS = 4_000;

/** Everything that is counted over a history, for one allowlist. Grows with what is told apart, not with entries. */
export class Tally {
  readonly causes = new Map<Cause, number>();
  readonly decisions = noDecisions();
  readonly fates = new Map<Fate['kind'], number>();
  readonly days = new Map<number, DayCount>();
  readonly limits = new Map<string, LimitCount>();
  readonly suspects = new Map<string, SuspectCount>();
  /** By the place of the rule in the allowlist. */
  readonly rules: readonly RuleCount[];
  /** How the rounds of each incident ended, by its place; absent where there was no denial of it. */
  readonly endings: number[] = [];
  /** Denials that a rule allows if what was not looked up is confirmed. */
  allowedIfConfirmed = 0;
  private readonly ruleOf: ReadonlyMap<string, RuleCount>;

  constructor(ruleIds: readonly string[]) {
    this.rules = ruleIds.map(() => ({ matched: 0, open: 0, grants: 0, grantsIfConfirmed: 0 }));
    this.ruleOf = new Map(ruleIds.flatMap((id, place) => (this.rules[place] ? [[id, this.rules[place]]] : [])));
  }

  /** Counts an entry with nothing to do. */
  countIdle(at: number, cause: Cause): void {
    this.countDecision(at, cause, 'ignore');
  }

  /** Counts a denial by what is said of it, and what would have become of it. */
  count(at: number, incident: number, verdict: Verdict, fate: Fate): void {
    const day = this.countDecision(at, verdict.cause, verdict.decision);
    for (const place of verdict.matched) this.at(place).matched += 1;
    for (const place of verdict.open) this.at(place).open += 1;
    if (verdict.allowance !== null) this.allowedIfConfirmed += 1;
    this.fates.set(fate.kind, (this.fates.get(fate.kind) ?? 0) + 1);
    this.endings[incident] = (this.endings[incident] ?? 0) | endingOf(fate);
    if (fate.kind === 'granted') this.countGrant(day, fate);
    if (fate.kind === 'avoided') day.avoided += 1;
    if (fate.kind === 'over-limit') this.countLimit(at, fate);
  }

  /** Takes note of a denial of a caller that looks like exploring. */
  noteSuspect(at: number, member: string, suspicion: Suspicion): void {
    if (suspicion.kind === 'none') return;
    const { permissions, projects } = suspicion;
    const known = this.suspects.get(member);
    if (known === undefined) {
      this.suspects.set(member, { member, firstAt: at, lastAt: at, denials: 1, permissions, projects });
      return;
    }
    known.lastAt = at;
    known.denials += 1;
    known.permissions = Math.max(known.permissions, permissions);
    known.projects = Math.max(known.projects, projects);
  }

  private countDecision(at: number, cause: Cause, decision: DecisionKind): DayCount {
    this.causes.set(cause, (this.causes.get(cause) ?? 0) + 1);
    this.decisions[decision] += 1;
    const day = this.dayOf(at);
    day.decisions[decision] += 1;
    return day;
  }

  private dayOf(at: number): DayCount {
    const number = Math.floor(at / DAY_MILLISECONDS);
    const known = this.days.get(number);
    if (known !== undefined) return known;
    const day = { decisions: noDecisions(), grants: 0, avoided: 0 };
    if (this.days.size < MOST_DAYS) this.days.set(number, day);
    return day;
  }

  private countGrant(day: DayCount, { grant: { terms } }: Fate & { readonly kind: 'granted' }): void {
    day.grants += 1;
    const rule = this.ruleOf.get(terms.ruleId);
    if (rule === undefined) return;
    if (terms.needs.length === 0) rule.grants += 1;
    else rule.grantsIfConfirmed += 1;
  }

  private countLimit(at: number, { limit, project }: Fate & { readonly kind: 'over-limit' }): void {
    const first = { limit, firstAt: at, lastAt: at, times: 0, projects: new Set<string>(), days: new Set<number>() };
    const count: LimitCount = this.limits.get(limit) ?? first;
    this.limits.set(limit, count);
    count.lastAt = at;
    count.times += 1;
    count.projects.add(project);
    count.days.add(Math.floor(at / DAY_MILLISECONDS));
  }

  private at(place: number): RuleCount {
    return this.rules[place] ?? { matched: 0, open: 0, grants: 0, grantsIfConfirmed: 0 };
  }
}

function noDecisions(): Record<DecisionKind, number> {
  return { apply: 0, propose: 0, advise: 0, ignore: 0 };
}

function endingOf(fate: Fate): number {
  switch (fate.kind) {
    case 'granted':
      return fate.grant.terms.needs.length === 0 ? GRANTED : GRANTED_IF_CONFIRMED;
    case 'over-limit':
    case 'proposed':
    case 'advised':
      return LEFT_TO_A_PERSON;
    case 'muted':
      return MUTED;
    case 'repeated':
    case 'propagating':
    case 'avoided':
      return 0;
  }
}

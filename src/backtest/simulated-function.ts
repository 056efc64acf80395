import type { Allowlist } from '../decision/allowlist.ts';
import { budgetsFor } from '../decision/budgets.ts';
import { PROPAGATION_MINUTES } from '../diagnosis/causes/propagating.ts';
import { reserve } from '../ledger/count-grants.ts';
import { emptySnapshot } from '../ledger/document-store.ts';
import { quietPeriod } from '../ledger/quiet-period.ts';
import type { Session } from '../ledger/transact.ts';
import type { Outcome } from '../report/report.ts';
import { type GrantTerms, grantTerms, type SimulatedGrant } from './simulated-grant.ts';
import type { Access, Verdict } from './verdict.ts';

/** What the function would have made of a denial at its time. */
export type Fate =
  /** It would have made, or made again after it had ended, this grant. */
  | { readonly kind: 'granted'; readonly grant: SimulatedGrant }
  /** A rule allows it, but a limit on grants was reached. */
  | { readonly kind: 'over-limit'; readonly limit: string; readonly project: string }
  | { readonly kind: 'proposed' }
  | { readonly kind: 'advised' }
  /** A rule mutes it. */
  | { readonly kind: 'muted' }
  /** It was reported lately and would only have counted. */
  | { readonly kind: 'repeated' }
  /** A grant was made minutes before: it may not have taken effect yet. */
  | { readonly kind: 'propagating' }
  /** A grant was in force: the call would have gone through, and there would have been no denial. */
  | { readonly kind: 'avoided'; readonly grant: SimulatedGrant };

/** One denial in the simulation. */
export interface Turn {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly incident: number;
  /** The verdict when nothing else is seen, which tells whether a grant in force would have helped. */
  readonly plain: Verdict;
  /** The verdict by what could be seen then. */
  readonly then: Verdict;
}

/** The function with its ledger, over a history: nothing is written anywhere. */
export interface SimulatedFunction {
  take(turn: Turn): Fate;
  readonly grants: ReadonlyMap<string, SimulatedGrant>;
}

const PROPAGATION_MILLISECONDS = PROPAGATION_MINUTES * 60_000;

/** Starts with an empty ledger. Turns have to come in order of time. */
export function createSimulatedFunction(allowlist: Allowlist): SimulatedFunction {
  const grants = new Map<string, SimulatedGrant>();
  const quietUntil: number[] = [];
  const budgets = createCounters();
  const inForce = (access: Access | null, at: number): SimulatedGrant | null => {
    const grant = access === null ? undefined : grants.get(access.key);
    return grant === undefined || (grant.expiresAt !== null && grant.expiresAt <= at) ? null : grant;
  };
  const limitReached = (terms: GrantTerms, access: Access, at: number): string | null => {
    const counted = reserve(budgets, budgetsFor(allowlist, terms.ruleId, access.project), [], at);
    return counted.kind === 'over' ? counted.text : null;
  };
  const decide = (at: number, then: Verdict): Fate => {
    const terms = grantTerms(then);
    const { access } = then;
    if (terms === null || access === null) return withoutGrant(then);
    const limit = limitReached(terms, access, at);
    return limit === null
      ? { kind: 'granted', grant: grantAgain(grants, access, terms, at) }
      : { kind: 'over-limit', limit, project: access.project };
  };
  return {
    grants,
    take: ({ at, incident, plain, then }) => {
      const grant = inForce(plain.access, at);
      const during = grant === null ? null : duringGrant(grant, at, then);
      if (during !== null) return during;
      if (at < (quietUntil[incident] ?? 0)) return { kind: 'repeated' };
      const fate = decide(at, then);
      quietUntil[incident] = at + quietPeriod({ outcome: outcomeOf(fate) }, false, then.quietMilliseconds);
      return fate;
    },
  };
}

// Until it has taken effect calls are refused still, and what no grant helps with is reported as ever.
function duringGrant(grant: SimulatedGrant, at: number, then: Verdict): Fate | null {
  if (at - grant.lastAt < PROPAGATION_MILLISECONDS) return then.access === null ? null : { kind: 'propagating' };
  grant.avoided += 1;
  return { kind: 'avoided', grant };
}

function withoutGrant({ decision }: Verdict): Fate {
  switch (decision) {
    case 'apply':
    case 'propose':
      return { kind: 'proposed' };
    case 'advise':
      return { kind: 'advised' };
    case 'ignore':
      return { kind: 'muted' };
  }
}

function grantAgain(
  grants: Map<string, SimulatedGrant>,
  access: Access,
  terms: GrantTerms,
  at: number,
): SimulatedGrant {
  const expiresAt = terms.lastsMilliseconds === null ? null : at + terms.lastsMilliseconds;
  const known = grants.get(access.key);
  if (known !== undefined) return Object.assign(known, { terms, expiresAt, lastAt: at, times: known.times + 1 });
  const grant = { access, terms, expiresAt, firstAt: at, lastAt: at, times: 1, avoided: 0, hindsight: null };
  grants.set(access.key, grant);
  return grant;
}

function outcomeOf({ kind }: Fate): Outcome {
  return { kind: kind === 'granted' ? 'applied' : kind === 'muted' ? 'ignored' : 'proposed' };
}

// The counters of limits, kept as the ledger keeps them.
function createCounters(): Session {
  const kept = emptySnapshot();
  return {
    get: (key) => kept.get(key)?.record ?? null,
    put: (key, record, times) => kept.set(key, { record, ...times, version: '' }),
  };
}

import type { Effect, Mode } from '../decision/allowlist.ts';
import type { DecisionKind } from '../decision/decision.ts';
import type { Cause } from '../diagnosis/diagnosis.ts';

/** Name and version of the result's JSON. */
export const BACKTEST_SCHEMA = 'guestlist.backtest/v1';

/**
 * What an allowlist would have done with a history. Public contract; `backtest.schema.json` describes it. Times are
 * RFC 3339, days are UTC.
 */
export interface BacktestResult {
  readonly schema: typeof BACKTEST_SCHEMA;
  readonly at: string;
  /** False where the history was not read to its end. */
  readonly isComplete: boolean;
  readonly allowlist: AllowlistFacts;
  readonly evidence: EvidenceFacts;
  readonly history: HistoryFacts;
  readonly causes: readonly { readonly cause: Cause; readonly entries: number }[];
  readonly decisions: DecisionCounts;
  readonly outcomes: OutcomeCounts;
  readonly incidents: IncidentCounts;
  readonly rules: readonly RuleFacts[];
  /** Rules that matched nothing and of which nothing was left open. */
  readonly neverMatched: readonly string[];
  readonly grants: Listed<GrantFacts>;
  readonly limits: readonly LimitFacts[];
  readonly reconnaissance: Listed<SuspectFacts>;
  readonly days: readonly DayFacts[];
  /** How the result was worked out, for its footnote. */
  readonly notes: readonly string[];
}

/** A list that may be cut; `total` counts what was left out too. */
export interface Listed<T> {
  readonly total: number;
  readonly list: readonly T[];
}

/** The allowlist that was tested. */
export interface AllowlistFacts {
  readonly name: string;
  readonly version: string;
  readonly mode: Mode;
  readonly organization: string | null;
  readonly role: string;
}

/** What evidence was read from, and what that leaves unknown. */
export interface EvidenceFacts {
  readonly kind: EvidenceKind;
  readonly leavesUnknown: readonly string[];
}

/** Nothing was looked up; a file was; or the organization itself. */
export type EvidenceKind = 'offline' | 'world' | 'live';

/** The history that was tested on. */
export interface HistoryFacts {
  /** Entries that were read, each once. */
  readonly entries: number;
  /** Entries that came again. */
  readonly repeated: number;
  readonly unreadable: number;
  readonly from: string | null;
  readonly to: string | null;
}

/** Denials by what `explain` decides; the last are among the proposed ones. */
export interface DecisionCounts extends Readonly<Record<DecisionKind, number>> {
  readonly allowedIfConfirmed: number;
}

/** Denials by what the function would have made of them. */
export interface OutcomeCounts {
  readonly granted: number;
  readonly grantedIfConfirmed: number;
  readonly propagating: number;
  readonly avoided: number;
  readonly avoidedIfConfirmed: number;
  readonly repeated: number;
  readonly proposed: number;
  readonly overLimit: number;
  readonly advised: number;
  readonly muted: number;
}

/** Incidents by how they ended. */
export interface IncidentCounts {
  readonly total: number;
  /** Every report of it was a grant by a rule: nobody had to do anything. */
  readonly closedWithoutPerson: number;
  /** The same, if look-ups confirm it. */
  readonly closedIfConfirmed: number;
  readonly leftToAPerson: number;
  readonly muted: number;
  /** All its denials fell under a grant that another incident led to. */
  readonly neverArisen: number;
}

/** What became of one rule. */
export interface RuleFacts {
  readonly id: string;
  readonly effect: Effect;
  /** Denials that it matched. */
  readonly matched: number;
  /** Denials about which it could not be told. */
  readonly notKnown: number;
  readonly grants: number;
  readonly grantsIfConfirmed: number;
}

/** One access that would have been granted. */
export interface GrantFacts {
  readonly project: string;
  readonly member: string;
  readonly role: string;
  readonly rule: string;
  readonly firstAt: string;
  readonly lastAt: string;
  /** How often it would have been made: again each time that it had ended. */
  readonly times: number;
  readonly expiresAfterSeconds: number | null;
  readonly expiresAt: string | null;
  /** What look-ups have to confirm; empty for a grant that is sure. */
  readonly needs: readonly string[];
  /** Denials that would not have happened. */
  readonly avoided: number;
  /** A cause that shows only from what followed, and that no grant helps with; null where there is none. */
  readonly hindsight: Cause | null;
}

/** A limit on grants that would have been reached. */
export interface LimitFacts {
  readonly limit: string;
  readonly times: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly projects: number;
  readonly days: readonly string[];
}

/** A caller that looks like exploring. */
export interface SuspectFacts {
  readonly member: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly denials: number;
  /** The most that it was refused within one window. */
  readonly permissions: number;
  readonly projects: number;
  /** Accesses that it would have been granted all the same. */
  readonly grants: number;
}

/** One day. */
export interface DayFacts extends Readonly<Record<DecisionKind, number>> {
  readonly day: string;
  readonly grants: number;
  readonly avoided: number;
}

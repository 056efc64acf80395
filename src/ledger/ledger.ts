import type { Budget } from '../decision/budgets.ts';
import type { GrantHistory } from '../diagnosis/evidence.ts';
import type { Change } from '../remediation/change.ts';
import type { Intent } from '../remediation/intent.ts';
import type { IncidentFacts, Report } from '../report/report.ts';

/** One denial that asks to be worked on. */
export interface Claim {
  readonly entryId: string;
  readonly incidentId: string;
  /** When the call was refused, RFC 3339. */
  readonly deniedAt: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** How far a try got that did not end. */
export type WriteProgress = 'nothing-sent' | 'write-sent';

/** What the ledger knows about a denial when it is claimed. */
export type Claimed =
  /** Nobody has worked on this incident lately: work it out. */
  | { readonly kind: 'new'; readonly incident: IncidentFacts }
  /** An earlier try ended before its end was recorded: go on with what it intended. */
  | {
      readonly kind: 'resume-intent';
      readonly incident: IncidentFacts;
      readonly intent: Intent;
      readonly progress: WriteProgress;
    }
  /** The report is made, but not every channel has it. */
  | { readonly kind: 'resume-report'; readonly report: Report; readonly delivered: ReadonlySet<string> }
  /** One more denial of an incident that is reported already. */
  | { readonly kind: 'repeat'; readonly incident: IncidentFacts }
  /** A repeat that is worth reporting again: the 10th, 100th or 1,000th. */
  | { readonly kind: 'milestone'; readonly incident: IncidentFacts; readonly report: Report }
  /** This very entry was dealt with. */
  | { readonly kind: 'done' }
  /** Another delivery of this entry is being worked on right now. */
  | { readonly kind: 'in-progress' };

/**
 * The durable memory that makes at-least-once delivery look like once. Each entry is claimed before any effect; what is
 * intended is written before IAM, the report after it, each delivery after that.
 */
export interface Ledger extends GrantHistory {
  claim(claim: Claim): Promise<Claimed>;
  saveIntent(entryId: string, intent: Intent): Promise<void>;
  /**
   * Counts a grant against limits before it is made: all of them or none. The same entry counts once, however often it
   * asks. Gives the text of the limit that is reached, or null when there is room. `now` is in milliseconds.
   */
  reserveGrant(entryId: string, budgets: readonly Budget[], now: number): Promise<string | null>;
  /** Takes the count back when the grant was not made. */
  returnGrant(entryId: string): Promise<void>;
  /** A policy write for this entry is about to be sent: from now on it may have taken effect. */
  markWriting(entryId: string): Promise<void>;
  /** Guestlist made this change at a time, RFC 3339. */
  saveGrant(change: Change, at: string): Promise<void>;
  saveReport(entryId: string, report: Report): Promise<void>;
  markDelivered(entryId: string, channel: string): Promise<void>;
  /** All is done: later deliveries of the entry are `done`. `now` is in milliseconds since the epoch. */
  finish(entryId: string, now: number): Promise<void>;
  /** Gives a claim back unfinished, so that the next delivery can go on at once. */
  release(entryId: string): Promise<void>;
}

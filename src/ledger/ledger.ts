import type { Budget } from '../decision/budgets.ts';
import type { Denial } from '../denial/denial.ts';
import type { GrantHistory } from '../diagnosis/evidence.ts';
import type { Soon } from '../iam/soon.ts';
import type { Change } from '../remediation/change.ts';
import type { Intent } from '../remediation/intent.ts';
import type { Threads } from '../report/deliver.ts';
import type { NewsKind, Posting } from '../report/posting.ts';
import type { IncidentFacts, Report } from '../report/report.ts';
import type { Topic } from './claim-entry.ts';
import type { IncidentFile } from './incident-file.ts';
import type {
  Dismissal,
  GrantRecord,
  GrantState,
  IncidentRecord,
  ProposalRecord,
  ProposalState,
  WriteProgress,
} from './records.ts';

/** One denial that asks to be worked on. */
export interface Claim {
  readonly entryId: string;
  readonly incidentId: string;
  /** When the call was refused, RFC 3339. */
  readonly deniedAt: string;
  /** Digests of the addresses of those who stand behind the caller (`addressDigest`). */
  readonly behind: readonly string[];
}

/**
 * The right to work on an incident, for some minutes, renewed by each call. Every call with a hold that was lost to
 * another worker throws `Redeliver`, and nothing is done by it.
 */
export interface Hold {
  readonly incidentId: string;
  readonly token: string;
}

/** Work that is held: the incident it is about, what was told of it last (null: nothing), and its threads. */
export interface Held {
  readonly hold: Hold;
  readonly incident: IncidentFacts;
  readonly last: Report | null;
  readonly threads: Threads;
}

/** What the ledger knows about a denial when it is claimed. */
export type Claimed =
  /** Nobody has worked on this incident lately: work it out. */
  | (Held & { readonly kind: 'new' })
  /** An earlier try ended before its end was recorded: go on with what it intended. */
  | (Held & {
      readonly kind: 'resume-intent';
      readonly intent: Intent;
      readonly progress: WriteProgress;
      /** When its write was about to be sent, in milliseconds since the epoch; null where none was. */
      readonly sentAt: number | null;
      /** The denial it is about; null where it was too large to keep. */
      readonly denial: Denial | null;
    })
  /** The report is made, but not every channel has it. */
  | (Held & {
      readonly kind: 'resume-report';
      readonly posting: Posting;
      readonly delivered: ReadonlySet<string>;
    })
  /** A repeat that is worth reporting again: the 10th, 100th or 1,000th. */
  | (Held & { readonly kind: 'milestone'; readonly last: Report })
  /** One more denial of an incident that is reported, or worked on, already. */
  | { readonly kind: 'repeat'; readonly incident: IncidentFacts }
  /** This very entry was dealt with. */
  | { readonly kind: 'done' }
  /** Another delivery of this entry is being worked on right now. */
  | { readonly kind: 'in-progress' };

/** What a round of work came to, recorded in one piece. */
export interface Conclusion {
  readonly report: Report;
  readonly news: NewsKind;
  /** The grant that was made, or null. */
  readonly grant: GrantRecord | null;
  readonly proposal: ProposalNews;
  /** What this round shows about an earlier grant, or null. */
  readonly earlierGrant: GrantNews | null;
  /** For how long denials then only count; null where the quiet period goes on as it is. */
  readonly quietMilliseconds: number | null;
}

/** What became of a grant. */
export interface GrantNews {
  readonly id: string;
  /** When the grant was made that this is about, RFC 3339: the same access may have been granted again since. */
  readonly at: string;
  readonly change: Change;
  readonly state: GrantState;
  /** Who brought it there, or null for Guestlist itself. */
  readonly by: string | null;
  /** When the sweep looks at it again, in milliseconds since the epoch; null for never. */
  readonly due: number | null;
}

/** What a round means for the proposal of its incident. */
export type ProposalNews =
  | { readonly kind: 'propose'; readonly proposal: ProposalRecord }
  | { readonly kind: 'nothing-to-propose' }
  | { readonly kind: 'settled'; readonly state: 'applied' | 'failed' }
  /** Whoever says so holds the incident and has looked that the proposal is still what was shown. */
  | { readonly kind: 'dismissed'; readonly dismissal: Dismissal }
  | { readonly kind: 'unchanged' };

/** What the ledger gives whoever takes an incident up without a denial. */
export type TakenUp = Extract<Claimed, { readonly kind: 'new' | 'resume-intent' | 'resume-report' | 'in-progress' }>;

/** How a list of grants or proposals is asked for. Times in milliseconds since the epoch. */
export interface Listing {
  readonly by: 'newest' | 'due';
  readonly from: number;
  readonly until: number;
  readonly limit: number;
}

/**
 * The durable memory that makes at-least-once delivery look like once. An incident is held before any effect; what is
 * intended is written before IAM, the outcome after it, each delivery after that. Throws `Redeliver` when the store is
 * away: then nothing is granted.
 */
export interface Ledger extends GrantHistory {
  claim(claim: Claim): Soon<Claimed>;
  /** Takes an incident up for an approval or for news about a grant; `in-progress` while somebody works on it. */
  takeUp(topic: Topic): Promise<TakenUp>;
  /** The same for an incident whose work nobody went on with, however far it got. */
  takeUpLeft(topic: Topic): Promise<TakenUp>;
  /** Leaves an incident whose work nobody went on with for later. */
  postpone(incidentId: string, until: number): Promise<void>;
  /**
   * Records what is about to be done, and counts it against limits: all of them or none, and once a round. Gives the
   * text of the limit that is reached, or null; over a limit nothing is recorded. The denial is kept to tell what came of it.
   */
  intend(hold: Hold, intent: Intent, denial: Denial, budgets: readonly Budget[]): Promise<string | null>;
  /** A policy write is about to be sent: from now on it may have taken effect. */
  markWriting(hold: Hold): Promise<void>;
  /** Records what the round came to. Where no grant was made, what it counted against limits is given back. */
  conclude(hold: Hold, conclusion: Conclusion): Promise<void>;
  /** A channel has the report; `thread` keeps later ones about the incident together there (null: it has none). */
  markDelivered(hold: Hold, channel: string, thread: string | null): Promise<void>;
  /** All is done: denials of the incident only count for as long as the conclusion said. */
  finish(hold: Hold): Promise<void>;
  /** Ends a round that came to nothing: what it counted against limits is given back, and nothing is told. */
  drop(hold: Hold): Promise<void>;
  /** Gives work back unfinished, so that the next delivery can go on at once. */
  release(hold: Hold): Promise<void>;
  /** Waits until this process may write a project's policy, a few seconds at most; gives what ends the turn. */
  takeTurn(project: string): Promise<() => Promise<void>>;
  readonly grants: GrantBook;
  readonly proposals: ProposalBook;
  /** Takes a turn at something that one instance does at a time; null while another has it. */
  tryTurn(what: string, milliseconds: number): Promise<(() => Promise<void>) | null>;
  /** When the last digest was posted, in milliseconds since the epoch; null when none was. */
  lastDigestAt(): Promise<number | null>;
  markDigest(at: number): Promise<void>;
  incident(id: string): Promise<IncidentFacts | null>;
  /** All that is on record about an incident, or null where there is none. */
  incidentFile(id: string): Promise<IncidentFile | null>;
  /** Digests of the addresses of everybody who stood behind a call of an incident. */
  behind(incidentId: string): Promise<ReadonlySet<string>>;
  /** Incidents by their newest change, or those whose work nobody went on with (`due`). */
  incidents(listing: Listing): Promise<readonly IncidentRecord[]>;
}

/** The grants that were made. */
export interface GrantBook {
  find(id: string): Promise<GrantRecord | null>;
  list(listing: Listing): Promise<readonly GrantRecord[]>;
  /** Records what became of a grant, or that it was looked at. */
  settle(news: GrantNews): Promise<void>;
  /** Records that somebody takes a grant back, before it is done; one that is over stays what it is. */
  askUndo(id: string, by: string | null): Promise<void>;
  /** Records that taking a grant back came to nothing, unless somebody asked again since that time (RFC 3339). */
  forgetUndo(id: string, askedAt: string): Promise<void>;
}

/** The changes that wait for a person. */
export interface ProposalBook {
  find(id: string): Promise<ProposalRecord | null>;
  list(listing: Listing): Promise<readonly ProposalRecord[]>;
  /**
   * Takes a proposal for approval by whoever holds its incident: only while it is open, or an approval of it came to
   * nothing, and its hash is the one that was shown. Gives why not, or null when it is taken.
   */
  approve(hold: Hold, hash: string, by: string): Promise<string | null>;
  settle(id: string, from: readonly ProposalState[], to: ProposalState): Promise<boolean>;
}

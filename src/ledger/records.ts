import type { Denial, PerimeterViolation } from '../denial/denial.ts';
import type { Cause } from '../diagnosis/diagnosis.ts';
import type { Change } from '../remediation/change.ts';
import type { Intent } from '../remediation/intent.ts';
import type { Threads } from '../report/deliver.ts';
import type { NewsKind } from '../report/posting.ts';
import type { IncidentFacts, Outcome, Report } from '../report/report.ts';

/** Every kind of document the ledger keeps, by collection. Ids are digests: no text of an entry becomes a key. */
export interface Records {
  readonly entries: EntryRecord;
  readonly incidents: IncidentRecord;
  readonly rounds: RoundRecord;
  readonly grants: GrantRecord;
  readonly access: AccessRecord;
  readonly proposals: ProposalRecord;
  readonly budgets: BudgetRecord;
  readonly callers: CallerRecord;
  readonly turns: TurnRecord;
  readonly digests: DigestRecord;
}

/** An entry that was counted, and the round of its incident in which it was. */
export interface EntryRecord {
  readonly incidentId: string;
  readonly round: number;
}

/** What all denials of one incident come to. Repeats are a counter, so the document stays small. */
export interface IncidentRecord {
  readonly facts: IncidentFacts;
  /** How often the incident was worked on. */
  readonly round: number;
  /** The work that is under way or was left, or null when the round is over. */
  readonly work: WorkRecord | null;
  /** `repeats` of the newest report. */
  readonly toldRepeats: number;
  /** Until when denials only count, in milliseconds since the epoch. */
  readonly quietUntil: number;
  /** What was reported last, or null. */
  readonly told: ToldRecord | null;
  /** What keeps its reports together, by channel. */
  readonly threads: Threads;
  /** Digests of the addresses of everybody who stood behind one of its calls: none of them approves it. */
  readonly behind: readonly string[];
  /** Who ended the last round; whoever asks again after a lost answer has ended it already. */
  readonly endedBy: string | null;
  /** The round up to which nothing is owed to any entry: one of a later round is examined when it comes again. */
  readonly settledRound: number;
  /** How many calls were refused on each of the newest days (`2026-11-24`, UTC). */
  readonly days: Readonly<Record<string, number>>;
}

/** What a report said, as a digest counts it. */
export interface ToldRecord {
  readonly cause: Cause;
  readonly outcome: Outcome['kind'];
  readonly news: NewsKind;
  /** Why it was decided so; for an ignored one that names the rule. */
  readonly reason: string;
  /** Who called, as a member or as far as it is known, and in which project. */
  readonly caller: string;
  readonly project: string;
}

/** One thing that was told about an incident: what its page shows as its story. */
export interface StoryEvent {
  /** RFC 3339. */
  readonly at: string;
  readonly reportId: string;
  readonly news: NewsKind;
  readonly cause: Cause;
  readonly outcome: Outcome['kind'];
  /** What came of it, and who brought it about; null where there is nothing to add. */
  readonly detail: string | null;
  /** The grant that was made, or that it is about; null for none. */
  readonly grantId: string | null;
}

/** Who works on an incident, and until when nobody else may. */
export interface WorkRecord {
  readonly token: string;
  /** The entry whose message is not acknowledged before the round is over, or what else the round is about. */
  readonly entryKey: string;
  /** Work that was given back is gone on with by its own entry at once, and by others when the lease is over. */
  readonly state: 'held' | 'released';
  /** Milliseconds since the epoch. */
  readonly leaseUntil: number;
  /** `follow-up`: an approval, a dismissal, or news about a grant. */
  readonly task: 'examine' | 'tell-repeats' | 'follow-up';
}

/** How far one round of work on an incident got. */
export interface RoundRecord {
  readonly round: number;
  readonly intent: Intent | null;
  /** The denial that the intent is about, to tell what came of it; null where it is too large to keep. */
  readonly denial: Denial | null;
  readonly progress: WriteProgress;
  /** When the last write was about to be sent, in milliseconds since the epoch; null while none was. */
  readonly sentAt: number | null;
  readonly report: Report | null;
  /** What the report tells that the one before did not. */
  readonly news: NewsKind;
  readonly delivered: readonly string[];
  readonly reservations: readonly Reservation[];
  /** For how long denials only count after the round; null where nothing changes about that. */
  readonly quietMilliseconds: number | null;
  /** The report of the round before. */
  readonly last: Report | null;
  /** What was told so far, the oldest first: the beginning and the newest of it. */
  readonly story: readonly StoryEvent[];
}

/** How far a try got that did not end. */
export type WriteProgress = 'nothing-sent' | 'write-sent';

/** One grant counted against one limit, in one slot of its window. */
export interface Reservation {
  readonly budgetId: string;
  readonly slot: number;
  readonly slotMilliseconds: number;
  readonly windowMilliseconds: number;
}

/** Grants counted by slots of time: a bounded number of counters, whatever the limit. */
export interface BudgetRecord {
  readonly slots: Readonly<Record<string, number>>;
}

/** A change that was made. */
export interface GrantRecord {
  readonly id: string;
  readonly incidentId: string;
  readonly change: Change;
  /** When it was made, RFC 3339. */
  readonly at: string;
  /** The rule that allowed it, or null where a person did. */
  readonly ruleId: string | null;
  readonly approvedBy: string | null;
  readonly state: GrantState;
  /** When it came to its state, RFC 3339, and who brought it there (null: Guestlist itself). */
  readonly stateAt: string;
  readonly stateBy: string | null;
  /** Who asked for it to be taken back (null: not known), and when (RFC 3339); null while nobody has. */
  readonly undo: { readonly by: string | null; readonly at: string } | null;
  /** `other-name`: an alias, which Google stores as its primary address; it is not looked for in the policy. */
  readonly storedAs: 'asked' | 'other-name';
  /** How often the sweep has looked at it. */
  readonly checks: number;
  /** The report of the grant, on which later ones about it build. */
  readonly report: Report;
}

/** `ended`: its time is over. `gone`: somebody else removed it. `undone`: a person took it back. */
export type GrantState = 'active' | 'did-not-help' | 'ended' | 'gone' | 'undone';

/** The newest grant of one member, role and project. */
export interface AccessRecord {
  readonly grantId: string;
  readonly reportId: string;
  readonly at: string;
  readonly expiresAt: string | null;
  /** When it was seen that somebody took it away, RFC 3339, or null: such a grant is never made again by itself. */
  readonly removedAt: string | null;
}

/** A change that waits for a person. `hash` is over exactly what was shown. */
export interface ProposalRecord {
  readonly id: string;
  readonly hash: string;
  readonly incidentId: string;
  readonly change: Change;
  /** What is decided anew before the change is made; null where it was too large to keep. */
  readonly denial: Denial | null;
  /** How long the grant would last; null where it stays. */
  readonly lastsMilliseconds: number | null;
  readonly report: Report;
  readonly state: ProposalState;
  /** RFC 3339. */
  readonly at: string;
  readonly approval: Approval | null;
  readonly dismissal: Dismissal | null;
}

/** `approved` is on its way to `applied` or `failed`; `stale` waited too long or was overtaken. */
export type ProposalState = 'open' | 'approved' | 'applied' | 'failed' | 'stale' | 'dismissed';

/** Who said no, when (RFC 3339), and why. */
export interface Dismissal {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

/** Who approved, and when (RFC 3339). */
export interface Approval {
  readonly by: string;
  readonly at: string;
}

/** The refusals of one caller in the last minutes. */
export interface CallerRecord {
  readonly sightings: readonly Sighting[];
}

/** One incident of a caller, and when its calls were refused: the newest times, so that a flood pushes nothing out. */
export interface Sighting {
  readonly incidentId: string;
  readonly times: readonly number[];
  readonly permissions: readonly string[];
  readonly project: string;
  readonly perimeter: PerimeterViolation | null;
}

/** Whose turn it is to write a project's policy, until when (milliseconds). */
export interface TurnRecord {
  readonly token: string;
  readonly until: number;
}

/** When the last digest was posted, in milliseconds. */
export interface DigestRecord {
  readonly postedAt: number;
}

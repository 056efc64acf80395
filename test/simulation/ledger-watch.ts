import {
  type CollectionName,
  type DocumentStore,
  type DocumentWrite,
  emptySnapshot,
  type Snapshot,
} from '../../src/ledger/document-store.ts';
import type {
  GrantRecord,
  IncidentRecord,
  ProposalRecord,
  Reservation,
  RoundRecord,
} from '../../src/ledger/records.ts';
import { bindingOf } from '../../src/remediation/change.ts';
import { deedKey } from './held.ts';
import { LEASE_SECONDS, SKEW_MILLISECONDS } from './plan.ts';

/** What a proposal once was, and from when until when (milliseconds since the epoch; null where it still is). */
export interface PastProposal {
  readonly proposal: ProposalRecord;
  readonly from: number;
  readonly until: number | null;
}

/** A grant when it came on record, and what its round had counted against limits. */
export interface CountedGrant {
  readonly grant: GrantRecord;
  readonly reservations: readonly Reservation[];
}

/** What of the ledger's history a run is judged by. */
export interface LedgerWatch {
  /** Commits through the watch; `askedAt` is when the process sent it. */
  commit(writes: readonly DocumentWrite[], askedAt: number, store: DocumentStore): ReturnType<DocumentStore['commit']>;
  /** Whoever gives work back may do so in the very transaction in which its process takes it again. */
  noteRelease(token: string): void;
  /** When it last came on record that the write of an access may have been sent, by `deedKey`. */
  readonly marked: ReadonlyMap<string, number>;
  /** The newest slot in which a grant was ever counted, by the id of the counter. */
  readonly newestSlots: ReadonlyMap<string, number>;
  /** What each proposal was, by its id, in order. */
  readonly proposals: ReadonlyMap<string, readonly PastProposal[]>;
  /** By the id and the time of the grant. */
  readonly counted: ReadonlyMap<string, CountedGrant>;
  /** Since when it is on record that somebody took a grant away, by its id. */
  readonly removed: ReadonlyMap<string, { readonly grant: GrantRecord; readonly at: number }>;
}

interface Seen {
  /** When the worker with a token last wrote. */
  readonly heard: Map<string, number>;
  /** Tokens of those who gave their work back, or are about to. */
  readonly released: Set<string>;
  readonly marked: Map<string, number>;
  readonly newestSlots: Map<string, number>;
  readonly proposals: Map<string, readonly PastProposal[]>;
  readonly counted: Map<string, CountedGrant>;
  readonly removed: Map<string, { readonly grant: GrantRecord; readonly at: number }>;
  readonly complain: (text: string) => void;
}

/** Opens a watch that judges every step of the ledger as it is made. */
export function openLedgerWatch(now: () => number, complain: (text: string) => void): LedgerWatch {
  const seen: Seen = {
    heard: new Map(),
    released: new Set(),
    marked: new Map(),
    newestSlots: new Map(),
    proposals: new Map(),
    counted: new Map(),
    removed: new Map(),
    complain,
  };
  return {
    ...seen,
    noteRelease: (token) => void seen.released.add(token),
    commit: async (writes, askedAt, store) => {
      const before = emptySnapshot();
      await store.read(
        writes.map(({ key }) => key),
        before,
      );
      const result = await store.commit(writes);
      if (result === 'committed') note(writes, before, { askedAt, now: now() }, seen);
      return result;
    },
  };
}

function note(
  writes: readonly DocumentWrite[],
  before: Snapshot,
  { askedAt, now }: { readonly askedAt: number; readonly now: number },
  seen: Seen,
): void {
  const rounds = writes.filter((write) => isOf('rounds', write));
  for (const { key, record } of writes.filter((write) => isOf('incidents', write)))
    judgeWork(
      before.get(key)?.record ?? null,
      record,
      { askedAt, isWorked: rounds.some((round) => round.key.id === key.id) },
      seen,
    );
  for (const { key, record } of rounds) judgeRound(key.id, before.get(key)?.record ?? null, record, seen);
  for (const { key, record } of rounds) mark(before.get(key)?.record ?? null, record, now, seen);
  for (const { key, record } of writes.filter((write) => isOf('budgets', write)))
    for (const slot of Object.keys(record.slots))
      seen.newestSlots.set(key.id, Math.max(seen.newestSlots.get(key.id) ?? 0, Number(slot)));
  for (const { record } of writes.filter((write) => isOf('proposals', write))) follow(record, now, seen);
  for (const { record } of writes.filter((write) => isOf('grants', write)))
    noteGrant(record, rounds.find(({ key }) => key.id === record.incidentId)?.record ?? null, now, seen);
}

function isOf<C extends CollectionName>(collection: C, write: DocumentWrite): write is DocumentWrite<C> {
  return write.key.collection === collection;
}

// Work is taken over from whoever was not heard of for as long as the lease, as two wrong clocks tell it; nobody but
// its worker ends it.
function judgeWork(
  before: IncidentRecord | null,
  { facts, work, endedBy }: IncidentRecord,
  { askedAt, isWorked }: { readonly askedAt: number; readonly isWorked: boolean },
  { heard, released, complain }: Seen,
): void {
  const past = before?.work ?? null;
  if (past !== null && work === null && endedBy !== past.token)
    complain(`the work on ${facts.id} by ${past.token} was ended by ${endedBy}`);
  const silent = askedAt - (heard.get(past?.token ?? '') ?? 0);
  // Calls of one process share a transaction: its worker may end in the one in which its next begins.
  const isTakenOver =
    past !== null && work !== null && work.token !== past.token && past.state === 'held' && endedBy !== past.token;
  if (isTakenOver && !released.has(past.token) && silent < LEASE_SECONDS * 1_000 - SKEW_MILLISECONDS)
    complain(`${work.token} took ${facts.id} over from ${past.token}, heard of ${silent} ms before`);
  // Whoever only counts a denial leaves lease and round as they are.
  if (work !== null && (isWorked || work.leaseUntil !== past?.leaseUntil)) heard.set(work.token, askedAt);
}

function judgeRound(id: string, before: RoundRecord | null, after: RoundRecord, { complain }: Seen): void {
  if (before?.round !== after.round || before.report === null) return;
  if (JSON.stringify(before.report) !== JSON.stringify(after.report))
    complain(`round ${after.round} of ${id} was concluded twice`);
}

function mark(before: RoundRecord | null, after: RoundRecord, now: number, { marked }: Seen): void {
  const change = after.intent?.change ?? null;
  if (after.progress !== 'write-sent' || after.sentAt === before?.sentAt || change === null) return;
  marked.set(deedKey({ ...bindingOf(change), project: change.project }), now);
}

function follow(proposal: ProposalRecord, now: number, { proposals }: Seen): void {
  const past = (proposals.get(proposal.id) ?? []).map((was) => ({ ...was, until: was.until ?? now }));
  proposals.set(proposal.id, [...past, { proposal, from: now, until: null }]);
}

function noteGrant(grant: GrantRecord, round: RoundRecord | null, now: number, { counted, removed }: Seen): void {
  const key = `${grant.id} ${grant.at}`;
  if (!counted.has(key)) counted.set(key, { grant, reservations: round?.reservations ?? [] });
  if (grant.state !== 'gone' && grant.state !== 'undone') removed.delete(grant.id);
  else if (!removed.has(grant.id)) removed.set(grant.id, { grant, at: now });
}

import { andThen, orElse, type Soon } from '../iam/soon.ts';
import { Redeliver } from '../redeliver.ts';
import {
  type CollectionName,
  type DocumentStore,
  type DocumentTimes,
  type DocumentWrite,
  emptySnapshot,
  type Key,
  type Snapshot,
  StoreUnavailable,
} from './document-store.ts';
import type { Records } from './records.ts';

/** The documents of one transaction: as read, with what was put over them. */
export interface Session {
  get<C extends CollectionName>(key: Key<C>): Records[C] | null;
  put<C extends CollectionName>(key: Key<C>, record: Records[C], times: DocumentTimes): void;
}

/** Waits before attempt `attempt` (1 is the first retry), with jitter. */
export type BackOff = (attempt: number) => Promise<void>;

/** How often a transaction is tried before the message is handed back. */
export const MOST_ATTEMPTS = 12;

/** How often the store may fail meanwhile. */
const MAX_FAILURES = 3;

/**
 * Reads documents, changes them and commits all or nothing. `change` may run more than once, also after a commit whose
 * answer was lost, so doing it twice has to come to the same. Throws `Redeliver` when the store stays away or the
 * documents stay contended.
 */
export async function transact<T>(
  store: DocumentStore,
  keys: readonly Key[],
  change: (session: Session) => T,
  backOff: BackOff,
  attempts: number = MOST_ATTEMPTS,
): Promise<T> {
  return transactSoon(store, keys, change, backOff, attempts);
}

/** The same; over a store at hand it is done when this comes back, where nothing has to be tried again. */
export function transactSoon<T>(
  store: DocumentStore,
  keys: readonly Key[],
  change: (session: Session) => T,
  backOff: BackOff,
  attempts: number,
): Soon<T> {
  const attempt = () => attemptOnce(store, keys, change);
  const first = attempt();
  return first instanceof Promise || first === 'conflict' ? untilDone(first, attempt, backOff, attempts) : first.result;
}

type Attempt<T> = 'conflict' | { readonly result: T };

function attemptOnce<T>(store: DocumentStore, keys: readonly Key[], change: (session: Session) => T): Soon<Attempt<T>> {
  const commit = (snapshot: Snapshot): Soon<Attempt<T>> => {
    const { session, writes } = openSession(snapshot);
    const result = change(session);
    if (writes.length === 0) return { result };
    return andThen(store.commit(writes), (answer) => (answer === 'committed' ? { result } : answer));
  };
  const snapshot = emptySnapshot();
  return orElse(
    () => andThen(store.read(keys, snapshot), () => commit(snapshot)),
    // Whoever waits for a transaction finds each of its errors where it waits.
    (error) => Promise.reject(error),
  );
}

async function untilDone<T>(
  first: Soon<Attempt<T>>,
  attempt: () => Soon<Attempt<T>>,
  backOff: BackOff,
  attempts: number,
): Promise<T> {
  let failures = 0;
  for (let number = 0; number < attempts; number += 1) {
    if (number > 0) await backOff(number);
    try {
      const answer = await (number === 0 ? first : attempt());
      if (answer !== 'conflict') return answer.result;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      failures += 1;
      if (failures === MAX_FAILURES) throw unavailable(error);
    }
  }
  throw new Redeliver('ledger-contention', `documents of the ledger stayed contended in ${attempts} attempts`);
}

/** Reads one document. Throws `Redeliver` when the store is away. */
export function readOne<C extends CollectionName>(store: DocumentStore, key: Key<C>): Promise<Records[C] | null> {
  return readOnce(async () => {
    const snapshot = emptySnapshot();
    await store.read([key], snapshot);
    return snapshot.get(key)?.record ?? null;
  });
}

/** Reads without writing, once: the caller is handed back its message when the store is away. */
export async function readOnce<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof StoreUnavailable ? unavailable(error) : error;
  }
}

function unavailable(failure: unknown): Redeliver {
  const detail = failure instanceof Error ? failure.message : 'no answer';
  return new Redeliver('ledger-unavailable', `the ledger could not be reached: ${detail}`, failure);
}

function openSession(snapshot: Snapshot): {
  readonly session: Session;
  readonly writes: readonly DocumentWrite[];
} {
  const writes: DocumentWrite[] = [];
  const current = emptySnapshot();
  const session: Session = {
    get: (key) => (current.get(key) ?? snapshot.get(key))?.record ?? null,
    put: (key, record, times) => {
      const version = snapshot.get(key)?.version ?? null;
      current.set(key, { record, ...times, version: version ?? '' });
      const earlier = writes.findIndex((write) => write.key.id === key.id && write.key.collection === key.collection);
      const at = earlier < 0 ? writes.length : earlier;
      writes[at] = { key, record, ...times, version };
    },
  };
  return { session, writes };
}

import type { DocumentReference, DocumentSnapshot, Firestore, Timestamp, WriteBatch } from '@google-cloud/firestore';
import {
  type CollectionName,
  type DocumentStore,
  type DocumentWrite,
  type Key,
  type ListQuery,
  type Snapshot,
  StoreUnavailable,
} from '../ledger/document-store.ts';
import { recordFromText, recordToText } from '../ledger/record-text.ts';
import type { Records } from '../ledger/records.ts';
import { CALL_TIMEOUT_MILLISECONDS, once } from './resource-manager-clients.ts';

/** A Firestore database: `projects/P/databases/D` as its two parts. */
export interface DatabaseName {
  readonly project: string;
  readonly database: string;
}

/** A document holds 1 MiB at most (firestore/quotas), its other fields included. */
const BODY_LIMIT_BYTES = 1_000_000;

/** Latest time that a Firestore timestamp can name is in the year 9999; nothing is kept that long. */
const LATEST = Date.parse('9999-01-01T00:00:00Z');

/**
 * The ledger's documents in Firestore, native mode. A document holds the record as text in `body`, and `at` and `due` to
 * list by; a TTL policy on `expireAt` forgets it (firestore/docs/ttl). Each commit names the update time of every
 * document it changes, so nothing is ever locked. The emulator is found by the client itself.
 *
 * Needs `datastore.entities.get`, `datastore.entities.list`, `datastore.entities.create` and
 * `datastore.entities.update` (roles/datastore.user).
 */
export function createFirestoreStore({ project, database }: DatabaseName): DocumentStore {
  const open = once(async () => {
    const library = await import('@google-cloud/firestore');
    const db: Firestore = new library.Firestore({ projectId: project, databaseId: database });
    return { db, Timestamp: library.Timestamp };
  });
  return {
    distance: 'remote',
    read: async (keys, into) => {
      if (keys.length === 0) return;
      const { db } = await open();
      const documents = await answered('read', db.getAll(...keys.map((key) => referenceOf(db, key))));
      for (const [index, key] of keys.entries()) copy(documents[index], key, into);
    },
    commit: async (writes) => {
      const { db, Timestamp: timestamps } = await open();
      const batch = db.batch();
      for (const write of writes) addWrite(batch, referenceOf(db, write.key), write, timestamps);
      try {
        await answered('commit', batch.commit());
        return 'committed';
      } catch (error) {
        if (isConflict(error)) return 'conflict';
        throw error;
      }
    },
    list: async <C extends CollectionName>({ collection, by, from, until, order, limit }: ListQuery<C>) => {
      const { db } = await open();
      const query = db
        .collection(collection)
        .where(by, '>=', from)
        .where(by, '<=', Math.min(until, LATEST))
        .orderBy(by, order === 'oldest-first' ? 'asc' : 'desc')
        .limit(limit);
      const { docs } = await answered('list', query.get());
      return docs.map((document) => recordFromText<Records[C]>(bodyOf(document)));
    },
  };
}

function referenceOf(db: Firestore, { collection, id }: Key): DocumentReference {
  return db.collection(collection).doc(id);
}

function copy(document: DocumentSnapshot | undefined, key: Key, into: Snapshot): void {
  if (document?.updateTime === undefined) return;
  const [at, due, expireAt]: readonly unknown[] = [document.get('at'), document.get('due'), document.get('keepUntil')];
  into.set(key, {
    record: recordFromText(bodyOf(document)),
    version: versionOf(document.updateTime),
    at: typeof at === 'number' ? at : 0,
    due: typeof due === 'number' ? due : null,
    keepUntil: typeof expireAt === 'number' ? expireAt : 0,
  });
}

function bodyOf(document: DocumentSnapshot): string {
  const body: unknown = document.get('body');
  if (typeof body === 'string') return body;
  throw new Error(`document ${document.ref.path} is none of Guestlist's: it has no body`);
}

// All fields are named each time, so an update leaves nothing of the version before.
function addWrite(
  batch: WriteBatch,
  reference: DocumentReference,
  { record, at, due, keepUntil, version }: DocumentWrite,
  timestamps: typeof Timestamp,
): void {
  const body = recordToText(record);
  if (Buffer.byteLength(body) > BODY_LIMIT_BYTES)
    throw new Error(
      `document ${reference.path} would hold ${Buffer.byteLength(body)} bytes, more than Firestore takes`,
    );
  const expireAt = timestamps.fromMillis(Math.min(keepUntil, LATEST));
  const fields = { body, at, due, keepUntil: Math.min(keepUntil, LATEST), expireAt };
  if (version === null) batch.create(reference, fields);
  else batch.update(reference, fields, { lastUpdateTime: timestampOf(version, timestamps) });
}

function versionOf({ seconds, nanoseconds }: Timestamp): string {
  return `${seconds}.${nanoseconds}`;
}

function timestampOf(version: string, timestamps: typeof Timestamp): Timestamp {
  const [seconds = '0', nanoseconds = '0'] = version.split('.');
  return new timestamps(Number(seconds), Number(nanoseconds));
}

// NOT_FOUND: a document that was read is gone, or should have been there. ALREADY_EXISTS, FAILED_PRECONDITION and
// ABORTED: somebody else was first (firestore/docs/reference/rpc: Precondition).
const CONFLICTS: ReadonlySet<unknown> = new Set([5, 6, 9, 10]);

function isConflict(error: unknown): boolean {
  return error instanceof StoreUnavailable && CONFLICTS.has(codeOf(error.cause));
}

function codeOf(error: unknown): number | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : null;
}

// The client tries again by itself, for longer than a message waits: whoever waits is told in time.
async function answered<T>(what: string, call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | null = null;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new StoreUnavailable(`Firestore did not answer (${what}) in ${CALL_TIMEOUT_MILLISECONDS} ms`)),
      CALL_TIMEOUT_MILLISECONDS,
    );
  });
  try {
    return await Promise.race([call, timeout]);
  } catch (error) {
    if (error instanceof StoreUnavailable || codeOf(error) === null) throw error;
    throw new StoreUnavailable(`Firestore (${what}): ${error instanceof Error ? error.message : 'failed'}`, error);
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}

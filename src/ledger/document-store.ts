import type { Soon } from '../iam/soon.ts';
import type { Records } from './records.ts';

/** The name of a collection. */
export type CollectionName = keyof Records;

/** One document: its collection and its id, at most 100 letters, digits and dashes. */
export interface Key<C extends CollectionName = CollectionName> {
  readonly collection: C;
  readonly id: string;
}

/** When a document matters, in milliseconds since the epoch. */
export interface DocumentTimes {
  /** What lists of newest documents go by. */
  readonly at: number;
  /** When the sweep has to look at it, or null. */
  readonly due: number | null;
  /** From when on it may be forgotten. */
  readonly keepUntil: number;
}

/** A document as it was read. `version` changes with each write. */
export interface Stored<R> extends DocumentTimes {
  readonly record: R;
  readonly version: string;
}

/** One document to write: only if it still has this version, or, for null, only if there is none. */
export interface DocumentWrite<C extends CollectionName = CollectionName> extends DocumentTimes {
  readonly key: Key<C>;
  readonly record: Records[C];
  readonly version: string | null;
}

/** Documents in the order of one of their times. */
export interface ListQuery<C extends CollectionName = CollectionName> {
  readonly collection: C;
  readonly by: 'at' | 'due';
  readonly from: number;
  readonly until: number;
  readonly order: 'oldest-first' | 'newest-first';
  readonly limit: number;
}

/** Documents that were read, by key. */
export interface Snapshot {
  get<C extends CollectionName>(key: Key<C>): Stored<Records[C]> | null;
  set<C extends CollectionName>(key: Key<C>, stored: Stored<Records[C]>): void;
}

/** The store could not be reached, or did not answer: a write may have taken effect. */
export class StoreUnavailable extends Error {
  constructor(detail: string, cause?: unknown) {
    super(detail, { cause });
    this.name = 'StoreUnavailable';
  }
}

/**
 * Where documents are kept. Nothing is locked: what was read is written only if nobody wrote it meanwhile, all or
 * nothing. So a process that is killed holds nobody up. Both throw `StoreUnavailable`.
 */
export interface DocumentStore {
  /** Whether reads and commits are answered at once: then nothing is gained by doing several in one. */
  readonly distance: 'at-hand' | 'remote';
  read(keys: readonly Key[], into: Snapshot): Soon<void>;
  /** `conflict` when a document has another version than expected; then nothing was written. */
  commit(writes: readonly DocumentWrite[]): Soon<'committed' | 'conflict'>;
  list<C extends CollectionName>(query: ListQuery<C>): Promise<readonly Records[C][]>;
}

type Collections<V extends 'stored' | 'written'> = {
  readonly [C in CollectionName]: Map<string, V extends 'stored' ? Stored<Records[C]> : DocumentWrite<C>>;
};

/** Empty maps of stored documents, one for each collection. */
export function emptyCollections(): Collections<'stored'> {
  return {
    entries: new Map(),
    incidents: new Map(),
    rounds: new Map(),
    grants: new Map(),
    access: new Map(),
    proposals: new Map(),
    budgets: new Map(),
    callers: new Map(),
    turns: new Map(),
    digests: new Map(),
  };
}

/** A snapshot that holds nothing yet. */
export function emptySnapshot(): Snapshot {
  const found: { -readonly [C in CollectionName]?: Collections<'stored'>[C] } = {};
  return {
    get: (key) => found[key.collection]?.get(key.id) ?? null,
    set: (key, stored) => {
      found[key.collection] ??= new Map();
      found[key.collection]?.set(key.id, stored);
    },
  };
}

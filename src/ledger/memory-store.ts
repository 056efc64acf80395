import {
  type CollectionName,
  type DocumentStore,
  type DocumentWrite,
  emptyCollections,
  type Key,
  type ListQuery,
  type Snapshot,
  type Stored,
} from './document-store.ts';
import type { Records } from './records.ts';

/** How many documents of a collection are kept; those written longest ago are forgotten first. */
const CAPACITY = 100_000;

/** A store for one process: for the demo, the tests, and an installation that can bear to forget on restart. */
export function createMemoryStore(): DocumentStore {
  const collections = emptyCollections();
  let writes = 0;
  const copy = <C extends CollectionName>(key: Key<C>, into: Snapshot) => {
    const stored = collections[key.collection].get(key.id);
    if (stored !== undefined) into.set(key, stored);
  };
  const isCurrent = <C extends CollectionName>({ key, version }: DocumentWrite<C>) =>
    (collections[key.collection].get(key.id)?.version ?? null) === version;
  const write = <C extends CollectionName>({ key, record, at, due, keepUntil }: DocumentWrite<C>) => {
    writes += 1;
    remember(collections[key.collection], key.id, { record, at, due, keepUntil, version: String(writes) });
  };
  return {
    distance: 'at-hand',
    read: (keys, into) => {
      for (const key of keys) copy(key, into);
    },
    commit: (documents) => {
      if (!documents.every(isCurrent)) return 'conflict';
      for (const document of documents) write(document);
      return 'committed';
    },
    list: async (query) => inOrder(collections[query.collection], query),
  };
}

function inOrder<C extends CollectionName>(
  documents: ReadonlyMap<string, Stored<Records[C]>>,
  { by, from, until, order, limit }: ListQuery<C>,
): readonly Records[C][] {
  const sign = order === 'oldest-first' ? 1 : -1;
  return [...documents.values()]
    .flatMap((stored) => {
      const time = stored[by];
      return time !== null && time >= from && time <= until ? [{ time, record: stored.record }] : [];
    })
    .sort((one, other) => sign * (one.time - other.time))
    .slice(0, limit)
    .map(({ record }) => record);
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > CAPACITY ? map.keys().next() : null;
  if (oldest !== null && oldest.done !== true) map.delete(oldest.value);
}

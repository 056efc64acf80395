import {
  type DocumentStore,
  emptySnapshot,
  type Key,
  type Snapshot,
  StoreUnavailable,
} from '../../src/ledger/document-store.ts';
import type { Cloud } from './cloud.ts';
import { plantedWrites } from './plant.ts';
import type { Process } from './process.ts';

/** The ledger's documents as a process reads and writes them. */
export function storeOf(process: Process, cloud: Cloud): DocumentStore {
  const { scheduler, store, watch } = cloud;
  const failure = () => new StoreUnavailable('simulated');
  // The store in memory waits for nothing, so each call is one moment.
  const atOnce = <T>(what: string, call: () => Promise<T>) => scheduler.effect(process, what, call, failure);
  return {
    distance: 'remote',
    read: async (keys, into) => {
      const taken: Snapshot = emptySnapshot();
      await atOnce('ledger read', async () => store.read(keys, taken));
      for (const key of keys) copy(key, taken, into);
    },
    commit: (writes) => {
      const askedAt = scheduler.now();
      return atOnce('ledger commit', async () => {
        const result = await watch.commit(await plantedWrites(writes, cloud), askedAt, store);
        const isAboutToWrite = writes.some(({ record }) => 'progress' in record && record.progress === 'write-sent');
        if (isAboutToWrite) changeAllowlist(cloud);
        return result;
      });
    },
    list: (query) => atOnce('ledger list', () => store.list(query)),
  };
}

// What lurks comes about in the moment between the decision and the write.
function changeAllowlist(cloud: Cloud): void {
  for (const { version } of cloud.lurking.splice(0)) {
    cloud.scheduler.after(1 + cloud.random.below(120), () => {
      cloud.allowlist = version;
    });
  }
}

function copy(key: Key, from: Snapshot, into: Snapshot): void {
  const stored = from.get(key);
  if (stored !== null) into.set(key, stored);
}

import { createMemoryStore } from '../../src/ledger/memory-store.ts';
import { ledgerContract } from '../contracts/ledger-contract.ts';

ledgerContract('the store in memory', async () => createMemoryStore());

ledgerContract('the store in memory, as if it were far away', async () => {
  const { read, commit, list } = createMemoryStore();
  return {
    distance: 'remote',
    read: async (keys, into) => read(keys, into),
    commit: async (writes) => commit(writes),
    list,
  };
});

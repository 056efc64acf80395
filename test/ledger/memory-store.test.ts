import { createMemoryStore } from '../../src/ledger/memory-store.ts';
import { ledgerContract } from '../contracts/ledger-contract.ts';

ledgerContract('the store in memory', async () => createMemoryStore());

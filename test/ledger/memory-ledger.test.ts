import { createMemoryLedger } from '../../src/ledger/memory-ledger.ts';
import { ledgerContract } from '../contracts/ledger-contract.ts';

ledgerContract('the ledger in memory', async () => createMemoryLedger());

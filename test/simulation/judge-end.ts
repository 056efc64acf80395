import { createLedger } from '../../src/ledger/create-ledger.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Cloud } from './cloud.ts';
import { judgeGrants } from './judge-grants.ts';
import { judgeLimits } from './judge-limits.ts';
import { judgeProposals } from './judge-proposals.ts';
import { judgeReports } from './judge-reports.ts';
import { LEASE_SECONDS, MINUTE } from './plan.ts';

const EVERYTHING = { by: 'newest', from: 0, until: Number.MAX_SAFE_INTEGER, limit: 100_000 } as const;

/** The sweep comes every 20 minutes at last, so nothing is due for longer. */
const OVERDUE_MILLISECONDS = 21 * MINUTE;

/** Looks at what a run has left: everybody told, everything on record and true, nothing half-done. */
export async function judgeEnd(cloud: Cloud): Promise<void> {
  const complain = (text: string) => void cloud.violations.push(text);
  const ledger = createLedger({
    store: cloud.store,
    now: () => cloud.scheduler.now(),
    backOff: async () => {},
    newToken: () => 'judge',
    leaseSeconds: LEASE_SECONDS,
  });
  const grants = await ledger.grants.list(EVERYTHING);
  await judgeQuiet(ledger, cloud, complain);
  judgeReports(cloud, complain);
  judgeGrants(grants, cloud, complain);
  judgeProposals(await ledger.proposals.list(EVERYTHING), cloud, complain);
  await judgeLimits(cloud, complain);
}

async function judgeQuiet(ledger: Ledger, cloud: Cloud, complain: (text: string) => void): Promise<void> {
  for (const { facts, work } of await ledger.incidents(EVERYTHING))
    if (work !== null) complain(`incident ${facts.id} is left half-done (${work.task}, ${work.state})`);
  const overdue = { by: 'due', from: 0, until: cloud.scheduler.now() - OVERDUE_MILLISECONDS, limit: 100 } as const;
  for (const { facts } of await ledger.incidents(overdue)) complain(`nobody looks at the incident ${facts.id}`);
  for (const { id } of await ledger.grants.list(overdue)) complain(`nobody looks at the grant ${id}`);
}

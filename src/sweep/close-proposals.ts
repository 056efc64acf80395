import type { Pipeline } from '../pipeline-ports.ts';

/** Closes proposals that waited too long: what they were based on has moved on. Gives how many. */
export async function closeProposals({ ledger, events, now }: Pipeline, limit: number): Promise<number> {
  const due = await ledger.proposals.list({ by: 'due', from: 0, until: now(), limit });
  let closed = 0;
  for (const { id } of due) {
    if (!(await ledger.proposals.settle(id, ['open'], 'stale'))) continue;
    closed += 1;
    events.write({ event: 'proposal-closed', proposalId: id });
  }
  return closed;
}

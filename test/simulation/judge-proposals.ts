import type { ProposalRecord } from '../../src/ledger/records.ts';
import type { Cloud } from './cloud.ts';

/** No approval is left under way, and what was applied was approved by somebody who did so. */
export function judgeProposals(
  proposals: readonly ProposalRecord[],
  cloud: Cloud,
  complain: (text: string) => void,
): void {
  for (const { id, state, approval } of proposals) {
    if (state === 'approved') complain(`the proposal ${id} is left as approved`);
    if (state !== 'applied') continue;
    const isAsked = cloud.approvals.some(({ proposal, person }) => proposal.id === id && person === approval?.by);
    if (!isAsked) complain(`the proposal ${id} is applied as approved by ${approval?.by ?? 'nobody'}, who did not ask`);
  }
}

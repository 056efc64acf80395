import type { ProposalRecord } from '../../src/ledger/records.ts';
import type { Cloud } from './cloud.ts';

/**
 * No approval is left under way; what was applied was approved, and what was dismissed was dismissed, by somebody who did
 * so; and each dismissal was told.
 */
export function judgeProposals(
  proposals: readonly ProposalRecord[],
  cloud: Cloud,
  complain: (text: string) => void,
): void {
  for (const { id, incidentId, state, approval, dismissal } of proposals) {
    if (state === 'approved') complain(`the proposal ${id} is left as approved`);
    if (state === 'dismissed') {
      const by = dismissal?.by ?? 'nobody';
      const isMeant = cloud.dismissals.some(({ proposal, person }) => proposal.id === id && person === by);
      if (!isMeant) complain(`the proposal ${id} is dismissed by ${by}, who did not ask`);
      const isTold = cloud.arrivals.some(
        ({ news, report }) => news === 'dismissed' && report.incident.id === incidentId && report.at === dismissal?.at,
      );
      if (!isTold) complain(`the proposal ${id} is dismissed, and nobody was told`);
    }
    if (state !== 'applied') continue;
    const isAsked = cloud.approvals.some(({ proposal, person }) => proposal.id === id && person === approval?.by);
    if (!isAsked) complain(`the proposal ${id} is applied as approved by ${approval?.by ?? 'nobody'}, who did not ask`);
  }
}

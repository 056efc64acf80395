import { type ApprovalRequest, approveProposal } from '../approve-proposal.ts';
import { tell } from '../carry-out.ts';
import { proposalIdOf } from '../ledger/keys.ts';
import type { IncidentRecord } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { attempt } from './sweep-limits.ts';

/** Older than this, what was left is in the dead-letter topic for good. */
const LOOK_BACK_MILLISECONDS = 7 * 86_400_000;

/** An approval is gone on with for this long. */
const APPROVAL_LIFE_MILLISECONDS = 3_600_000;

/**
 * Ends work that nobody went on with, because its message is in the dead-letter topic or its process died: reports are
 * told, approvals decided anew and carried out. Deciding about a denial is not made up for: that is for its message.
 * Gives how many reports were told.
 */
export async function finishWork(pipeline: Pipeline, limit: number): Promise<number> {
  const now = pipeline.now();
  const left = await pipeline.ledger.incidents({ by: 'due', from: now - LOOK_BACK_MILLISECONDS, until: now, limit });
  let told = 0;
  for (const incident of left)
    told += (await attempt(`incident ${incident.facts.id}`, pipeline, () => finish(incident, pipeline))) ?? 0;
  return told;
}

async function finish({ facts, round }: IncidentRecord, pipeline: Pipeline): Promise<number> {
  const { ledger, events } = pipeline;
  const approved = await approvalLeft(facts.id, pipeline);
  if (approved?.age === 'young') return goOnWithApproval(approved.request, pipeline);
  const taken = await ledger.takeUp({ incident: facts, text: `left ${facts.id} ${round}` });
  switch (taken.kind) {
    case 'resume-report':
      await tell(taken.posting, taken.delivered, taken, pipeline);
      return 1;
    case 'new':
    case 'resume-intent':
      // A follow-up that nothing was done about, or that was ended by somebody else meanwhile: there is nothing to tell.
      if (approved !== null) await ledger.proposals.settle(approved.request.proposalId, ['approved'], 'stale');
      await ledger.drop(taken.hold);
      return 0;
    case 'in-progress':
      // An old approval may have been carried out: what came of it has to be told, however late.
      if (approved !== null) return goOnWithApproval(approved.request, pipeline);
      events.write({ event: 'work-left', incidentId: facts.id });
      return 0;
  }
}

interface ApprovalLeft {
  readonly request: ApprovalRequest;
  readonly age: 'young' | 'old';
}

async function approvalLeft(incidentId: string, { ledger, now }: Pipeline): Promise<ApprovalLeft | null> {
  const proposal = await ledger.proposals.find(proposalIdOf(incidentId));
  const approval = proposal?.state === 'approved' ? proposal.approval : null;
  if (proposal === null || approval === null) return null;
  const request = { proposalId: proposal.id, hash: proposal.hash, person: approval.by };
  return { request, age: now() - Date.parse(approval.at) > APPROVAL_LIFE_MILLISECONDS ? 'old' : 'young' };
}

async function goOnWithApproval(request: ApprovalRequest, pipeline: Pipeline): Promise<number> {
  return (await approveProposal(request, pipeline)).kind === 'carried-out' ? 1 : 0;
}

import { tell } from './carry-out.ts';
import { approversFor } from './decision/approval.ts';
import { isSameEmail } from './iam/email.ts';
import type { Held } from './ledger/ledger.ts';
import type { ProposalRecord } from './ledger/records.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { dismissalReport } from './report/dismissal-report.ts';
import { shortLine } from './report/quote-shell.ts';
import type { Report } from './report/report.ts';

/** A person's no to exactly what was shown. `person` is a verified e-mail address. */
export interface DismissalRequest {
  readonly proposalId: string;
  /** The hash of the proposal that the person saw. */
  readonly hash: string;
  readonly person: string;
  /** For whoever waits; at most `LONGEST_REASON` characters. */
  readonly reason: string;
}

/** What came of it: the report that tells it, or why it was not done. */
export type DismissalResult =
  | { readonly kind: 'dismissed'; readonly report: Report }
  | { readonly kind: 'refused'; readonly why: string };

export const LONGEST_REASON = 500;

/**
 * Closes a proposal without a grant, once, and tells it where it was told. Approvers may, also for themselves: a no gives
 * nobody anything. Throws `Redeliver` for what passes; the same person may then do it again and it goes on.
 */
export async function dismissProposal(request: DismissalRequest, pipeline: Pipeline): Promise<DismissalResult> {
  const { ledger, allowlist } = pipeline;
  const reason = shortLine(request.reason.trim(), LONGEST_REASON);
  const proposal = await ledger.proposals.find(request.proposalId);
  if (proposal === null) return refused('there is no such proposal');
  if (reason === '') return refused('a reason is needed: whoever waits for the access reads it');
  const approvers = approversFor(await allowlist(), proposal.report.decision.rules);
  if (!approvers.some((approver) => isSameEmail(approver, request.person)))
    return refused(`${request.person} is not among the approvers`);
  const incident = (await ledger.incident(proposal.incidentId)) ?? proposal.report.incident;
  const text = `dismissal ${proposal.id} ${request.hash} ${request.person}`;
  const taken = await ledger.takeUp({ incident, text });
  if (taken.kind === 'in-progress') return refused(BUSY);
  try {
    if (taken.kind === 'resume-report') {
      await tell(taken.posting, taken.delivered, taken, pipeline);
      const isTold = (await ledger.proposals.find(proposal.id))?.dismissal?.by === request.person;
      return isTold ? { kind: 'dismissed', report: taken.posting.report } : refused(BUSY);
    }
    // An approval that was left before it wrote anything gives way.
    if (taken.kind === 'resume-intent') await ledger.proposals.settle(proposal.id, ['approved'], 'open');
    return await closeAndTell({ ...request, reason }, proposal, taken, pipeline);
  } catch (error) {
    await ledger.release(taken.hold).catch(() => {});
    throw error;
  }
}

const BUSY = 'its incident is being worked on right now; try again in a few minutes';

async function closeAndTell(
  { hash, person, reason }: DismissalRequest,
  { id }: ProposalRecord,
  held: Held,
  pipeline: Pipeline,
): Promise<DismissalResult> {
  const { ledger, events } = pipeline;
  const objection = await ledger.proposals.dismiss(held.hold, hash, person, reason);
  const closed = await ledger.proposals.find(id);
  // One that the same person closed in an earlier try, which ended before it was told, is told now.
  const dismissal = objection === null || isOwnUntold(closed, hash, person, held) ? (closed?.dismissal ?? null) : null;
  if (closed === null || dismissal === null) {
    await ledger.drop(held.hold);
    return refused(objection ?? 'there is no such proposal');
  }
  const report = dismissalReport(closed.report, dismissal, held.incident);
  await ledger.conclude(held.hold, {
    report,
    news: 'dismissed',
    grant: null,
    proposal: { kind: 'unchanged' },
    earlierGrant: null,
    quietMilliseconds: null,
  });
  await tell({ report, news: 'dismissed' }, new Set(), held, pipeline);
  events.write({ event: 'proposal-dismissed', proposalId: id, by: person });
  return { kind: 'dismissed', report };
}

function isOwnUntold(closed: ProposalRecord | null, hash: string, person: string, { last }: Held): boolean {
  if (closed?.state !== 'dismissed' || closed.hash !== hash || closed.dismissal?.by !== person) return false;
  return last === null || Date.parse(last.at) < Date.parse(closed.dismissal.at);
}

function refused(why: string): DismissalResult {
  return { kind: 'refused', why };
}

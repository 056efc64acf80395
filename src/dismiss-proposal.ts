import { tell } from './carry-out.ts';
import { mayDecide } from './decision/approval.ts';
import type { Held } from './ledger/ledger.ts';
import { BUSY, objectionToShown } from './ledger/proposal-book.ts';
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
  const proposal = await ledger.proposals.find(request.proposalId);
  if (proposal === null) return refused('there is no such proposal');
  if (!isReadable(request.reason)) return refused('a reason is needed: whoever waits for the access reads it');
  if (!mayDecide(request.person, await allowlist(), proposal.report.decision.rules))
    return refused(`${request.person} is not among the approvers`);
  const incident = (await ledger.incident(proposal.incidentId)) ?? proposal.report.incident;
  const text = `dismissal ${proposal.id} ${request.hash} ${request.person}`;
  const taken = await ledger.takeUp({ incident, text });
  if (taken.kind === 'in-progress') return refused(BUSY);
  try {
    if (taken.kind !== 'resume-report') return await closeAndTell(request, proposal.id, taken, pipeline);
    // A report that an earlier try had left: that of this dismissal, or of something else.
    await tell(taken.posting, taken.delivered, taken, pipeline);
    const isOwn =
      taken.posting.news === 'dismissed' &&
      (await ledger.proposals.find(proposal.id))?.dismissal?.by === request.person;
    return isOwn ? { kind: 'dismissed', report: taken.posting.report } : refused(BUSY);
  } catch (error) {
    await ledger.release(taken.hold).catch(() => {});
    throw error;
  }
}

// A letter or a digit; some letters of Hangul show nothing.
function isReadable(reason: string): boolean {
  return /[\p{L}\p{N}]/u.test(reason.replace(/[\u115f\u1160\u3164\uffa0]/g, ''));
}

// Whoever holds the incident is the only one who decides its proposal meanwhile, so what is read of it stays so until
// this is on record: with its report, in one piece.
async function closeAndTell(
  { hash, person: by, reason }: DismissalRequest,
  id: string,
  held: Held,
  pipeline: Pipeline,
): Promise<DismissalResult> {
  const { ledger } = pipeline;
  const proposal = await ledger.proposals.find(id);
  const objection = objectionToShown(proposal, hash);
  if (proposal === null || objection !== null) {
    await ledger.drop(held.hold);
    return refused(objection ?? 'there is no such proposal');
  }
  const at = new Date(pipeline.now()).toISOString();
  const dismissal = { by, at, reason: shortLine(reason.trim(), LONGEST_REASON) };
  const report = dismissalReport(proposal.report, dismissal, held.incident);
  await ledger.conclude(held.hold, {
    report,
    news: 'dismissed',
    grant: null,
    proposal: { kind: 'dismissed', dismissal },
    earlierGrant: null,
    quietMilliseconds: null,
  });
  pipeline.events.write({ event: 'proposal-dismissed', proposalId: id, by });
  await tell({ report, news: 'dismissed' }, new Set(), held, pipeline);
  return { kind: 'dismissed', report };
}

function refused(why: string): DismissalResult {
  return { kind: 'refused', why };
}

import { carryOut, overLimit, tell } from './carry-out.ts';
import { APPROVAL_RULE } from './decision/allowlist.ts';
import { allApprovers, approversFor, objectionToApprover, ownAccess, withApproval } from './decision/approval.ts';
import { objectionToActor } from './decision/independence.ts';
import type { Denial } from './denial/denial.ts';
import { gatherActors } from './diagnosis/gather-actors.ts';
import { examine } from './examine.ts';
import { awaitLanding, sameBinding, tellIfThere } from './go-on.ts';
import { isSameMember } from './iam/principal.ts';
import { MOST_BEHIND } from './ledger/claim-entry.ts';
import { addressDigest } from './ledger/keys.ts';
import type { TakenUp } from './ledger/ledger.ts';
import { BUSY, CHANGED, settledText } from './ledger/proposal-book.ts';
import type { ProposalRecord } from './ledger/records.ts';
import type { Pipeline } from './pipeline-ports.ts';
import type { Intent } from './remediation/intent.ts';
import type { Report } from './report/report.ts';

/** What came of an approval: the report of what was done, or why nothing was. */
export type ApprovalResult =
  | { readonly kind: 'carried-out'; readonly report: Report }
  | { readonly kind: 'refused'; readonly why: string };

/** An approval: of exactly what was shown, by a person whose identity was verified. */
export interface ApprovalRequest {
  readonly proposalId: string;
  /** The hash of the proposal that the person saw. */
  readonly hash: string;
  /** E-mail address. */
  readonly person: string;
}

/**
 * Applies a proposal: once, and only after everything was looked up and decided again with the person's approval in the
 * place of a rule. Throws `Redeliver` for what passes; the same person may then approve again and it goes on.
 */
export async function approveProposal(request: ApprovalRequest, pipeline: Pipeline): Promise<ApprovalResult> {
  const result = await approveOrRefuse(request, pipeline);
  const { proposalId, person: by } = request;
  if (result.kind === 'refused')
    pipeline.events.write({ event: 'approval-refused', proposalId, by, detail: result.why });
  else pipeline.events.write({ event: 'proposal-approved', proposalId, by, outcome: result.report.outcome.kind });
  return result;
}

// Whoever may not approve anything, and a form that is not of what is proposed now, hold nobody up.
async function approveOrRefuse(request: ApprovalRequest, pipeline: Pipeline): Promise<ApprovalResult> {
  const { hash, person } = request;
  const proposal = await pipeline.ledger.proposals.find(request.proposalId);
  if (proposal === null) return refused('there is no such proposal');
  const { denial, state } = proposal;
  const isOwnEnd = (state === 'applied' || state === 'failed') && proposal.approval?.by === person;
  if (isSettled(proposal) && !isOwnEnd) return refused(settledText(proposal));
  if (denial === null) return refused('its entry was too large to keep and decide again; grant it by hand');
  const objection = objectionToApprover(person, allApprovers(await pipeline.allowlist()), denial);
  if (objection !== null) return refused(objection);
  if (proposal.hash !== hash) return refused(CHANGED);
  return takeUp(request, { ...proposal, denial }, pipeline);
}

type Decidable = ProposalRecord & { readonly denial: Denial };

async function takeUp(request: ApprovalRequest, proposal: Decidable, pipeline: Pipeline): Promise<ApprovalResult> {
  const { ledger } = pipeline;
  const incident = (await ledger.incident(proposal.incidentId)) ?? proposal.report.incident;
  const text = `approval ${proposal.id} ${request.hash} ${request.person}`;
  const taken = await ledger.takeUp({ incident, text });
  if (taken.kind === 'in-progress') return refused(BUSY);
  try {
    if (taken.kind === 'resume-report') {
      // A report that an earlier try had left: that of this approval, or of the denial before it.
      const { posting } = taken;
      await tell(posting, taken.delivered, taken, pipeline);
      const isOwn = isSettled(proposal) && posting.news === 'approved';
      return isOwn ? { kind: 'carried-out', report: posting.report } : refused(BUSY);
    }
    if (!isSettled(proposal)) return await decideAndCarryOut(request, proposal, taken, pipeline);
    await ledger.drop(taken.hold);
    return refused(settledText(proposal));
  } catch (error) {
    await ledger.release(taken.hold).catch(() => {});
    throw error;
  }
}

function isSettled({ state }: ProposalRecord): boolean {
  return state !== 'open' && state !== 'approved';
}

// Only what an earlier try of the same person has written is told without asking again; whatever is still to be
// written is looked up, decided, compared with what was shown and taken, as if nobody had tried before.
async function decideAndCarryOut(
  { hash, person }: ApprovalRequest,
  proposal: Decidable,
  taken: Extract<TakenUp, { readonly kind: 'new' | 'resume-intent' }>,
  pipeline: Pipeline,
): Promise<ApprovalResult> {
  const { ledger } = pipeline;
  const { denial } = proposal;
  const found = await tellIfThere(taken, denial, pipeline);
  if (found.kind === 'told') return { kind: 'carried-out', report: found.report };
  const intent = await examineApproved(person, proposal, pipeline);
  const objection =
    objectionToIntent(intent, proposal) ??
    (await overLimit(intent, taken.hold, denial, pipeline)) ??
    (await ledger.proposals.approve(taken.hold, hash, person));
  const next = sameBinding(found, intent, pipeline.now());
  if (objection !== null || next.seenWithout === undefined) awaitLanding(found, pipeline.now());
  if (objection === null) {
    return { kind: 'carried-out', report: await carryOut(next.intent, { ...taken, ...next }, denial, pipeline) };
  }
  // Whatever was approved before is not under way any more, or it would have been told.
  await ledger.proposals.settle(proposal.id, ['approved'], 'open');
  await ledger.drop(taken.hold);
  return refused(objection);
}

// Somebody who may not approve (any more) changes nothing: without an approval, the decision is what it was.
async function examineApproved(person: string, proposal: Decidable, pipeline: Pipeline): Promise<Intent> {
  const { denial, change, incidentId, lastsMilliseconds } = proposal;
  const { member, project } = change;
  const judgement = await pipeline.watch.judge(denial, incidentId);
  const asIs = await examine(denial, judgement, pipeline);
  const objection = await objectionTo(person, proposal, asIs, pipeline);
  if (objection !== null)
    return { ...asIs, decision: { ...asIs.decision, kind: 'propose', ruleId: null, reason: objection } };
  const allowlist = async () => withApproval(await pipeline.allowlist(), { member, project, lastsMilliseconds });
  return { ...(await examine(denial, judgement, { ...pipeline, allowlist })), approvedBy: person };
}

// What is done has to be what was shown.
function objectionToIntent({ decision, change, lastsMilliseconds }: Intent, proposal: ProposalRecord): string | null {
  if (decision.kind !== 'apply' || decision.ruleId !== APPROVAL_RULE || change === null) return decision.reason;
  const shown = proposal.change;
  const isSame =
    change.project === shown.project &&
    change.role === shown.role &&
    isSameMember(change.member, shown.member) &&
    lastsMilliseconds === proposal.lastsMilliseconds;
  return isSame ? null : 'what would be granted has changed since it was shown';
}

async function objectionTo(
  person: string,
  { denial, incidentId }: Decidable,
  { decision }: Intent,
  pipeline: Pipeline,
): Promise<string | null> {
  const { allowlist, evidence, accountPolicies, ledger } = pipeline;
  const objection = objectionToApprover(person, approversFor(await allowlist(), decision.rules), denial);
  if (objection !== null) return objection;
  const behind = await ledger.behind(incidentId);
  if (behind.has(addressDigest(person))) return ownAccess(person);
  if (behind.size >= MOST_BEHIND) return 'more people stand behind its calls than are remembered; grant it by hand';
  if (denial.scope.kind !== 'project') return null;
  const actors = await gatherActors(denial, person, denial.scope.project, evidence, accountPolicies);
  return actors === null ? null : objectionToActor(person, actors);
}

function refused(why: string): ApprovalResult {
  return { kind: 'refused', why };
}

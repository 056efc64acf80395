import type { Allowlist } from './decision/allowlist.ts';
import { obstacleToApproval } from './decision/approval.ts';
import { budgetsFor } from './decision/budgets.ts';
import { routingFor } from './decision/routing.ts';
import type { Denial } from './denial/denial.ts';
import type { Policy } from './iam/policy.ts';
import { grantIdOf, proposalIdOf } from './ledger/keys.ts';
import type { Conclusion, GrantNews, Held, Hold, ProposalNews } from './ledger/ledger.ts';
import { newGrant, newProposal } from './ledger/new-records.ts';
import { standingDismissal } from './ledger/proposal-book.ts';
import { quietPeriod } from './ledger/quiet-period.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { Redeliver } from './redeliver.ts';
import type { Intent } from './remediation/intent.ts';
import { remediate } from './remediation/remediate.ts';
import { buildReport } from './report/build-report.ts';
import { channelsFor, type DeliveryNews, deliver, missingChannels } from './report/deliver.ts';
import { dismissedText } from './report/dismissal-report.ts';
import { newsOf, type Posting } from './report/posting.ts';
import { withApproveNote, withUndoNote } from './report/remedies/ledger-notes.ts';
import type { Outcome, Report } from './report/report.ts';

/** How long it takes until what did not help is looked at again. */
const DAY_MILLISECONDS = 86_400_000;

/**
 * Does what was made out about a denial: intent recorded, change made or left, outcome recorded, every channel told.
 * Throws `Redeliver` for what passes; whoever goes on finds in the ledger how far it got.
 */
export async function carryOut(
  planned: Intent,
  work: Held & { readonly seenWithout?: Policy; readonly landsUntil?: number },
  denial: Denial,
  pipeline: Pipeline,
): Promise<Report> {
  const intent = await withinLimits(planned, work.hold, denial, pipeline);
  const request = {
    incidentId: work.incident.id,
    approvedBy: intent.approvedBy,
    allowlistVersion: intent.allowlistVersion,
    beforeWrite: () => pipeline.ledger.markWriting(work.hold),
    seenWithout: work.seenWithout ?? null,
  };
  const { kind, detail, storedAs } = await pipeline.tracing.span('apply', { incident: work.incident.id }, () =>
    remediate(intent, request, pipeline.applyChange),
  );
  // An earlier try's write may still do what this one was kept from: then nothing can be said yet.
  if (kind !== 'applied' && kind !== 'already-granted' && pipeline.now() < (work.landsUntil ?? 0))
    throw new Redeliver('policy-write-unavailable', `a write for incident ${work.incident.id} may still take effect`);
  const outcome =
    (await dismissedOutcome(kind, intent, work, pipeline)) ?? (detail === null ? { kind } : { kind, detail });
  return conclude({ intent, outcome, storedAs }, work, denial, pipeline);
}

// What somebody said no to is not put before people again, for a time.
async function dismissedOutcome(
  kind: Outcome['kind'],
  { change, lastsMilliseconds }: Intent,
  { incident }: Held,
  { ledger, now }: Pipeline,
): Promise<Outcome | null> {
  if (kind !== 'proposed' || change === null) return null;
  const proposal = await ledger.proposals.find(proposalIdOf(incident.id));
  const dismissal = standingDismissal(proposal, { change, lastsMilliseconds }, now());
  return dismissal === null ? null : { kind: 'advised', detail: dismissedText(dismissal) };
}

// What is intended is recorded, and counted against the limits, before the write: so no number of instances can go over
// a limit together, and a crash leaves no grant without its record.
async function withinLimits(intent: Intent, hold: Hold, denial: Denial, pipeline: Pipeline): Promise<Intent> {
  const { decision } = intent;
  const over = await overLimit(intent, hold, denial, pipeline);
  if (over === null) return intent;
  const reason = `rule ${decision.ruleId} allows it, but ${over}`;
  return { ...intent, decision: { ...decision, kind: 'propose', ruleId: null, reason } };
}

/** Records what is to be applied and counts it; gives which limit is reached, or null. A second time counts nothing. */
export async function overLimit(
  intent: Intent,
  hold: Hold,
  denial: Denial,
  { ledger, allowlist }: Pipeline,
): Promise<string | null> {
  const { decision, change } = intent;
  if (decision.kind !== 'apply' || decision.ruleId === null || change === null) return null;
  const budgets = budgetsFor(await allowlist(), decision.ruleId, change.project);
  const over = await ledger.intend(hold, intent, denial, budgets);
  return over === null ? null : `the limit is reached: ${over}`;
}

/** What was intended, and what came of it. */
export interface Carried {
  readonly intent: Intent;
  readonly outcome: Outcome;
  /** Whether a grant stands in the policy under the name that was asked for. */
  readonly storedAs: 'asked' | 'other-name';
}

/** Records an outcome with its report, and tells every channel. */
export async function conclude(
  { intent, outcome, storedAs }: Carried,
  held: Held,
  denial: Denial,
  pipeline: Pipeline,
): Promise<Report> {
  const now = pipeline.now();
  const parts = { denial, intent, outcome: approved(outcome, intent), incident: held.incident };
  const allowlist = await pipeline.allowlist();
  const report = withNotes(buildReport({ ...parts, at: new Date(now).toISOString() }), intent, allowlist);
  const news = newsOf(outcome.kind, intent.approvedBy, held.last);
  const { quietMilliseconds } = routingFor(allowlist, report.decision.rules);
  const conclusion: Conclusion = {
    report,
    news,
    grant:
      outcome.kind === 'applied' && intent.change !== null ? newGrant(intent.change, storedAs, report, intent) : null,
    proposal: proposalNews(denial, intent, report),
    earlierGrant: earlierGrantNews(intent, now),
    quietMilliseconds: quietPeriod(report, intent.earlierGrant?.state === 'did-not-help', quietMilliseconds),
  };
  await pipeline.ledger.conclude(held.hold, conclusion);
  await tell({ report, news }, new Set(), held, pipeline);
  return report;
}

// What only works where there is a ledger is not part of the report that an entry alone gives.
function withNotes(report: Report, { decision, diagnosis, change }: Intent, allowlist: Allowlist): Report {
  const { kind } = report.outcome;
  if (kind === 'applied' && change !== null) return withUndoNote(report, grantIdOf(change));
  const isOpen = kind === 'proposed' && obstacleToApproval(allowlist, decision, diagnosis.certainty) === null;
  return isOpen ? withApproveNote(report) : report;
}

function approved(outcome: Outcome, { approvedBy }: Intent): Outcome {
  if (approvedBy === null) return outcome;
  const by = `Approved by ${approvedBy}.`;
  return { ...outcome, detail: outcome.detail === undefined ? by : `${by} ${outcome.detail}` };
}

function proposalNews(denial: Denial, intent: Intent, report: Report): ProposalNews {
  const { kind } = report.outcome;
  const proposal = kind === 'proposed' ? newProposal(denial, intent, report) : null;
  if (proposal !== null) return { kind: 'propose', proposal };
  if (intent.approvedBy === null) return { kind: 'nothing-to-propose' };
  return { kind: 'settled', state: kind === 'applied' || kind === 'already-granted' ? 'applied' : 'failed' };
}

function earlierGrantNews({ earlierGrant }: Intent, now: number): GrantNews | null {
  if (earlierGrant === null) return null;
  const { grant, change, state } = earlierGrant;
  return {
    id: grant.grantId,
    at: grant.at,
    change,
    state,
    by: null,
    due: state === 'gone' ? null : now + DAY_MILLISECONDS,
  };
}

/** Delivers a report to every channel that does not have it, and ends the work. */
export async function tell(
  posting: Posting,
  delivered: ReadonlySet<string>,
  { hold, threads }: Pick<Held, 'hold' | 'threads'>,
  pipeline: Pipeline,
): Promise<void> {
  const { report, news } = posting;
  const { ledger, channels, events, allowlist } = pipeline;
  if (report.outcome.kind !== 'ignored') {
    const routing = routingFor(await allowlist(), report.decision.rules);
    const asked = channelsFor(posting, channels, routing.channels);
    const names = channels.map(({ name }) => name);
    for (const channel of missingChannels(routing.channels ?? [], names))
      events.write({ event: 'channel-missing', channel, reportId: report.id });
    await pipeline.tracing.span('deliver', { report: report.id }, () =>
      deliver(posting, asked, delivered, threads, deliveryNews(posting, hold, pipeline)),
    );
  }
  await ledger.finish(hold);
  events.write({
    event: 'denial-reported',
    reportId: report.id,
    incidentId: report.incident.id,
    cause: report.diagnosis.cause,
    decision: report.decision.kind,
    outcome: report.outcome.kind,
    news,
  });
}

function deliveryNews({ report, news }: Posting, hold: Hold, { ledger, events, now }: Pipeline): DeliveryNews {
  const names = { reportId: report.id, incidentId: report.incident.id, news };
  return {
    delivered: async (channel, thread) => {
      await ledger.markDelivered(hold, channel, thread);
      const secondsSinceDenial = Math.max(0, Math.round((now() - Date.parse(report.incident.lastAt)) / 1000));
      events.write({ event: 'report-delivered', channel, ...names, secondsSinceDenial });
    },
    failed: (channel, detail) => events.write({ event: 'delivery-failed', channel, reportId: report.id, detail }),
  };
}

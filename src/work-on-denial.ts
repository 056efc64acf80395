import { budgetsFor } from './decision/budgets.ts';
import type { Denial } from './denial/denial.ts';
import { knownValue } from './diagnosis/evidence.ts';
import { examine } from './examine.ts';
import { incidentIdOf } from './ledger/incident-id.ts';
import type { Claimed } from './ledger/ledger.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { Redeliver } from './redeliver.ts';
import { bindingOf } from './remediation/change.ts';
import { holdsAlready } from './remediation/edit-policy.ts';
import type { Intent } from './remediation/intent.ts';
import { remediate } from './remediation/remediate.ts';
import { buildReport, repeatReport } from './report/build-report.ts';
import { deliver } from './report/deliver.ts';
import type { IncidentFacts, Outcome, Report } from './report/report.ts';

/**
 * Does what is left to do about a denial, whatever an earlier try has done already: the ledger's answer says where to
 * go on. Returns when the report is with every channel; throws `Redeliver` for what passes.
 */
export async function workOn(claimed: Claimed, denial: Denial, pipeline: Pipeline): Promise<void> {
  switch (claimed.kind) {
    case 'new':
      return act(await examineForGrant(denial, pipeline), claimed.incident, denial, pipeline);
    case 'resume-intent':
      return resume(claimed, denial, pipeline);
    case 'resume-report':
      return close(claimed.report, claimed.delivered, denial, pipeline);
    case 'milestone':
      return close(
        repeatReport(claimed.report, denial, claimed.incident, new Date(pipeline.now()).toISOString()),
        new Set(),
        denial,
        pipeline,
      );
    case 'repeat':
      return pipeline.events.write({
        event: 'denial-repeated',
        incidentId: claimed.incident.id,
        repeats: claimed.incident.repeats,
      });
    case 'done':
      return pipeline.events.write({ event: 'entry-seen-before', entryId: denial.entryId });
    case 'in-progress':
      throw new Redeliver('entry-in-progress', 'another delivery of this entry is being worked on');
  }
}

// A perimeter writes its own record of a blocked call, within seconds of the one that looks like a missing role. So
// before anything is granted there is a short wait, and a second look.
async function examineForGrant(denial: Denial, pipeline: Pipeline): Promise<Intent> {
  const intent = await examine(denial, await pipeline.watch.judge(denial, incidentIdOf(denial)), pipeline);
  if (intent.decision.kind !== 'apply') return intent;
  await pipeline.awaitShadow();
  const judgement = await pipeline.watch.judge(denial, incidentIdOf(denial));
  const isStillPlain =
    judgement.shadow === null && judgement.suspicion.kind === 'none' && judgement.perimeterNearby === 'none';
  return isStillPlain ? intent : examine(denial, judgement, pipeline);
}

// The world may have changed since the try that did not end, so all is decided anew. Only when that try had sent its
// write, and what it intended is there, is it told as what it was: done, by us.
async function resume(claimed: Claimed & { kind: 'resume-intent' }, denial: Denial, pipeline: Pipeline): Promise<void> {
  const { intent, incident, progress } = claimed;
  if (progress === 'write-sent' && (await isInForce(intent, pipeline)))
    return conclude(intent, { kind: 'applied' }, incident, denial, pipeline);
  return act(await examineForGrant(denial, pipeline), incident, denial, pipeline);
}

async function isInForce({ change }: Intent, { evidence }: Pipeline): Promise<boolean> {
  if (change === null) return false;
  const policy = knownValue(await evidence.policies.readPolicy(`projects/${change.project}`));
  return policy !== null && holdsAlready(policy, bindingOf(change));
}

async function act(planned: Intent, incident: IncidentFacts, denial: Denial, pipeline: Pipeline): Promise<void> {
  const { ledger } = pipeline;
  const intent = await withinLimits(planned, denial, pipeline);
  if (intent.decision.kind === 'apply') await ledger.saveIntent(denial.entryId, intent);
  const request = {
    incidentId: incident.id,
    allowlistVersion: intent.allowlistVersion,
    beforeWrite: () => ledger.markWriting(denial.entryId),
  };
  const { kind, detail } = await remediate(intent, request, pipeline.applyChange);
  if (intent.decision.kind === 'apply' && kind !== 'applied') await ledger.returnGrant(denial.entryId);
  return conclude(intent, detail === null ? { kind } : { kind, detail }, incident, denial, pipeline);
}

// Counted before the write, so that no number of instances can go over a limit together.
async function withinLimits(intent: Intent, denial: Denial, { ledger, allowlist, now }: Pipeline): Promise<Intent> {
  const { decision, change } = intent;
  if (decision.kind !== 'apply' || decision.ruleId === null || change === null) return intent;
  const over = await ledger.reserveGrant(
    denial.entryId,
    budgetsFor(allowlist(), decision.ruleId, change.project),
    now(),
  );
  if (over === null) return intent;
  const reason = `rule ${decision.ruleId} allows it, but the limit is reached: ${over}`;
  return { ...intent, decision: { ...decision, kind: 'propose', ruleId: null, reason } };
}

async function conclude(
  intent: Intent,
  outcome: Outcome,
  incident: IncidentFacts,
  denial: Denial,
  pipeline: Pipeline,
): Promise<void> {
  const at = new Date(pipeline.now()).toISOString();
  if (outcome.kind === 'applied' && intent.change !== null) {
    await pipeline.ledger.saveGrant(intent.change, at);
  }
  return close(buildReport({ denial, intent, outcome, incident, at }), new Set(), denial, pipeline);
}

async function close(
  report: Report,
  delivered: ReadonlySet<string>,
  denial: Denial,
  pipeline: Pipeline,
): Promise<void> {
  const { ledger, channels, events } = pipeline;
  await ledger.saveReport(denial.entryId, report);
  if (report.outcome.kind !== 'ignored') {
    await deliver(report, channels, delivered, (channel) => ledger.markDelivered(denial.entryId, channel));
  }
  await ledger.finish(denial.entryId, pipeline.now());
  events.write({
    event: 'denial-reported',
    reportId: report.id,
    incidentId: report.incident.id,
    cause: report.diagnosis.cause,
    decision: report.decision.kind,
    outcome: report.outcome.kind,
  });
}

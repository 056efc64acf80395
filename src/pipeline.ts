import type { Allowlist } from './decision/allowlist.ts';
import { decide } from './decision/decide.ts';
import type { Denial } from './denial/denial.ts';
import { readDenial } from './denial/read-denial.ts';
import { diagnose, diagnoseEntry } from './diagnosis/diagnose.ts';
import { helpOfGrant } from './diagnosis/diagnosis.ts';
import { type EvidencePorts, knownValue } from './diagnosis/evidence.ts';
import { gatherEvidence, noEvidence } from './diagnosis/gather-evidence.ts';
import type { EventLog } from './event-log.ts';
import type { Identity } from './iam/identity.ts';
import type { Quarantine } from './ingest/quarantine.ts';
import { readEntryText } from './ingest/read-entry.ts';
import { readMessage } from './ingest/read-message.ts';
import { type CallerWatch, type Judgement, NOTHING_SEEN } from './ledger/caller-watch.ts';
import { incidentIdOf } from './ledger/incident-id.ts';
import type { Claimed, Ledger } from './ledger/ledger.ts';
import { Redeliver } from './redeliver.ts';
import { bindingOf } from './remediation/change.ts';
import { holdsAlready } from './remediation/edit-policy.ts';
import type { Intent } from './remediation/intent.ts';
import { planIntent } from './remediation/plan-intent.ts';
import { remediate } from './remediation/remediate.ts';
import type { ApplyChange } from './remediation/share-writes.ts';
import { buildReport, repeatReport } from './report/build-report.ts';
import { type Channel, deliver } from './report/deliver.ts';
import type { IncidentFacts, Outcome, Report } from './report/report.ts';

/** Everything that the way of a denial touches. */
export interface Pipeline {
  /** The rules in force at this moment. */
  readonly allowlist: () => Allowlist;
  readonly identity: Identity;
  readonly evidence: EvidencePorts;
  readonly ledger: Ledger;
  readonly watch: CallerWatch;
  readonly applyChange: ApplyChange;
  /** Waits, before a grant, for the record of a perimeter that may follow the refusal. */
  readonly awaitShadow: () => Promise<void>;
  readonly channels: readonly Channel[];
  readonly quarantine: Quarantine;
  readonly events: EventLog;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * The way of one message, read top to bottom. Returns when all is durable; throws `Redeliver` for what passes. What
 * cannot be read is stored whole in the quarantine and not asked for again.
 */
export async function handleMessage(event: unknown, pipeline: Pipeline): Promise<void> {
  const message = readMessage(event);
  if (message.kind === 'unreadable') return pipeline.quarantine.store(message);
  const reading = readEntryText(message.text);
  if (reading.kind === 'unreadable')
    return pipeline.quarantine.store({ ...reading, id: message.id, raw: message.text });
  const denial = readDenial(reading.entry, isoTime(pipeline.now()));
  if (denial.kind === 'denial') return handleDenial(denial.denial, pipeline);
  const reason = denial.issues.map((issue) => `${issue.place}: ${issue.message}`).join('; ');
  return pipeline.quarantine.store({ reason, id: message.id, raw: message.text });
}

/** What is to be done about a denial: evidence, diagnosis, decision, plan. Changes nothing. */
export async function examine(
  denial: Denial,
  judgement: Judgement,
  pipeline: Pick<Pipeline, 'allowlist' | 'identity' | 'evidence' | 'now'>,
): Promise<Intent> {
  const { identity } = pipeline;
  const allowlist = pipeline.allowlist();
  const { role } = allowlist;
  const question = { denial, identity, ...judgement };
  const settled = diagnoseEntry(question);
  const found =
    settled === null || helpOfGrant[settled.cause] !== 'nothing-to-do'
      ? await evidenceFor(denial, role, settled !== null, pipeline.evidence)
      : noEvidence(denial, role, 'not needed');
  const evidence = { ...found, perimeterNearby: judgement.perimeterNearby };
  const diagnosis = diagnose({ ...question, evidence, role });
  const decision = decide({ denial, diagnosis, evidence, allowlist, identity });
  return planIntent({
    denial,
    evidence,
    diagnosis,
    decision,
    role,
    shadow: judgement.shadow,
    allowlistVersion: allowlist.version,
    now: pipeline.now(),
  });
}

/** True when the entry records a refusal by Vertex AI, and not a call that went through or another service's. */
export function isRefusal(denial: Denial, identity: Identity): boolean {
  const settled = diagnoseEntry({ denial, identity, ...NOTHING_SEEN });
  return settled === null || helpOfGrant[settled.cause] !== 'nothing-to-do';
}

async function handleDenial(denial: Denial, pipeline: Pipeline): Promise<void> {
  const { ledger, now } = pipeline;
  const settled = diagnoseEntry({ denial, identity: pipeline.identity, ...NOTHING_SEEN });
  if (settled !== null && helpOfGrant[settled.cause] === 'nothing-to-do') {
    return pipeline.events.write({ event: 'denial-ignored', cause: settled.cause, entryId: denial.entryId });
  }
  const incidentId = incidentIdOf(denial);
  await pipeline.watch.observe(denial, incidentId);
  const claimed = await ledger.claim({ entryId: denial.entryId, incidentId, deniedAt: denial.at, now: now() });
  try {
    await workOn(claimed, denial, pipeline);
  } catch (error) {
    if (claimed.kind !== 'in-progress') await ledger.release(denial.entryId);
    throw error;
  }
}

async function workOn(claimed: Claimed, denial: Denial, pipeline: Pipeline): Promise<void> {
  switch (claimed.kind) {
    case 'new':
      return act(await examineForGrant(denial, pipeline), claimed.incident, denial, pipeline);
    case 'resume-intent':
      return resume(claimed, denial, pipeline);
    case 'resume-report':
      return close(claimed.report, claimed.delivered, denial, pipeline);
    case 'milestone':
      return close(
        repeatReport(claimed.report, denial, claimed.incident, isoTime(pipeline.now())),
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

async function act(intent: Intent, incident: IncidentFacts, denial: Denial, pipeline: Pipeline): Promise<void> {
  const { ledger } = pipeline;
  if (intent.decision.kind === 'apply') await ledger.saveIntent(denial.entryId, intent);
  const request = {
    incidentId: incident.id,
    allowlistVersion: intent.allowlistVersion,
    beforeWrite: () => ledger.markWriting(denial.entryId),
  };
  const { kind, detail } = await remediate(intent, request, pipeline.applyChange);
  return conclude(intent, detail === null ? { kind } : { kind, detail }, incident, denial, pipeline);
}

async function conclude(
  intent: Intent,
  outcome: Outcome,
  incident: IncidentFacts,
  denial: Denial,
  pipeline: Pipeline,
): Promise<void> {
  const at = isoTime(pipeline.now());
  if (outcome.kind === 'applied' && intent.change !== null) {
    const { project, role, member } = intent.change;
    await pipeline.ledger.saveGrant(project, role, member, at);
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

// A cause that the entry proves needs no policies; rules still have to know where the project lives.
async function evidenceFor(denial: Denial, role: string, isSettled: boolean, ports: EvidencePorts) {
  if (!isSettled) return gatherEvidence(denial, role, ports);
  const evidence = noEvidence(denial, role, 'not needed: the entry says why');
  if (denial.scope.kind !== 'project') return evidence;
  return { ...evidence, project: await ports.projects.findProject(denial.scope.project) };
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

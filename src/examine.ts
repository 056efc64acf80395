import type { Allowlist } from './decision/allowlist.ts';
import { decide } from './decision/decide.ts';
import type { Denial } from './denial/denial.ts';
import { diagnose, diagnoseEntry, diagnoseIdle } from './diagnosis/diagnose.ts';
import { type Cause, helpOfGrant } from './diagnosis/diagnosis.ts';
import { type Evidence, type EvidencePorts, knownValue } from './diagnosis/evidence.ts';
import { gatherEvidence, noEvidence } from './diagnosis/gather-evidence.ts';
import type { Identity } from './iam/identity.ts';
import { formatProject } from './iam/project.ts';
import { type Judgement, NOTHING_SEEN } from './ledger/judge-caller.ts';
import type { Pipeline } from './pipeline-ports.ts';
import type { Intent } from './remediation/intent.ts';
import { planIntent } from './remediation/plan-intent.ts';

/** What is to be done about a denial: evidence, diagnosis, decision, plan. Changes nothing. */
export async function examine(
  denial: Denial,
  judgement: Judgement,
  pipeline: Pick<Pipeline, 'allowlist' | 'identity' | 'evidence' | 'now'>,
): Promise<Intent> {
  const { identity } = pipeline;
  const allowlist = await pipeline.allowlist();
  const evidence = await lookUp(denial, judgement, identity, allowlist.role, pipeline.evidence);
  return weigh({ denial, judgement, evidence, allowlist, identity, now: pipeline.now() });
}

/** Reads what a denial needs to be explained; nothing where there is nothing to do. */
export async function lookUp(
  denial: Denial,
  judgement: Judgement,
  identity: Identity,
  role: string,
  ports: EvidencePorts,
): Promise<Evidence> {
  const settled = diagnoseEntry({ denial, identity, ...judgement });
  return settled === null || helpOfGrant[settled.cause] !== 'nothing-to-do'
    ? evidenceFor(denial, role, settled !== null, ports)
    : noEvidence(denial, role, 'not needed');
}

/** Everything that is weighed to come to an intent. `now` is in milliseconds since the epoch. */
export interface Weighing {
  readonly denial: Denial;
  readonly judgement: Judgement;
  readonly evidence: Evidence;
  readonly allowlist: Allowlist;
  readonly identity: Identity;
  readonly now: number;
}

/** Diagnosis, decision and plan, from what was looked up. Pure. */
export function weigh({ denial, judgement, evidence: found, allowlist, identity, now }: Weighing): Intent {
  const { role, version } = allowlist;
  const evidence = { ...found, perimeterNearby: judgement.perimeterNearby };
  const diagnosis = diagnose({ denial, identity, ...judgement, evidence, role });
  const decision = decide({ denial, diagnosis, evidence, allowlist, identity, now });
  const { shadow } = judgement;
  return planIntent({ denial, evidence, diagnosis, decision, role, shadow, allowlistVersion: version, now });
}

/** The cause when nothing is to be done: the call went through, or another service refused it. Null for a refusal. */
export function nothingToDo(denial: Denial, identity: Identity): Cause | null {
  return diagnoseIdle({ denial, identity, ...NOTHING_SEEN })?.cause ?? null;
}

// A cause that the entry proves needs no policies; rules still have to know where the project lives.
async function evidenceFor(denial: Denial, role: string, isSettled: boolean, ports: EvidencePorts) {
  if (!isSettled) return gatherEvidence(denial, role, ports);
  const evidence = noEvidence(denial, role, 'not needed: the entry says why');
  if (denial.scope.kind !== 'project') return evidence;
  const project = await ports.projects.findProject(denial.scope.project);
  const id = knownValue(project)?.id ?? formatProject(denial.scope.project);
  const pastGrant = await ports.grants.lastGrant(id, role, denial.principal.member ?? '', denial.at);
  return { ...evidence, project, pastGrant };
}

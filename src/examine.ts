import { decide } from './decision/decide.ts';
import type { Denial } from './denial/denial.ts';
import { diagnose, diagnoseEntry } from './diagnosis/diagnose.ts';
import { type Cause, helpOfGrant } from './diagnosis/diagnosis.ts';
import { type EvidencePorts, knownValue } from './diagnosis/evidence.ts';
import { gatherEvidence, noEvidence } from './diagnosis/gather-evidence.ts';
import type { Identity } from './iam/identity.ts';
import { formatProject } from './iam/project.ts';
import { type Judgement, NOTHING_SEEN } from './ledger/caller-watch.ts';
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
  const { role } = allowlist;
  const question = { denial, identity, ...judgement };
  const settled = diagnoseEntry(question);
  const found =
    settled === null || helpOfGrant[settled.cause] !== 'nothing-to-do'
      ? await evidenceFor(denial, role, settled !== null, pipeline.evidence)
      : noEvidence(denial, role, 'not needed');
  const evidence = { ...found, perimeterNearby: judgement.perimeterNearby };
  const diagnosis = diagnose({ ...question, evidence, role });
  const decision = decide({ denial, diagnosis, evidence, allowlist, identity, now: pipeline.now() });
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

/** The cause when nothing is to be done: the call went through, or another service refused it. Null for a refusal. */
export function nothingToDo(denial: Denial, identity: Identity): Cause | null {
  const settled = diagnoseEntry({ denial, identity, ...NOTHING_SEEN });
  return settled !== null && helpOfGrant[settled.cause] === 'nothing-to-do' ? settled.cause : null;
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

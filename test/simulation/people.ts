import { approveProposal } from '../../src/approve-proposal.ts';
import { dismissProposal } from '../../src/dismiss-proposal.ts';
import type { GrantRecord, ProposalRecord } from '../../src/ledger/records.ts';
import type { Pipeline } from '../../src/pipeline-ports.ts';
import { bindingOf } from '../../src/remediation/change.ts';
import { undoGrant } from '../../src/undo-grant.ts';
import type { AskedApproval, Cloud } from './cloud.ts';
import { noteDefect } from './defects.ts';
import type { PlannedApproval, PlannedUndo } from './draw-people.ts';
import type { Fleet } from './fleet.ts';
import { MINUTE } from './plan.ts';

/** After so long without an answer a person takes the command for dead. */
const PATIENCE_MILLISECONDS = 2 * MINUTE;

/** People look at the newest proposals, think, and approve one: together, where there are two of them. */
export async function approve(planned: PlannedApproval, fleet: Fleet, cloud: Cloud): Promise<void> {
  const proposal = await choose(fleet, cloud, (pipeline) => pipeline.ledger.proposals.list(newest(pipeline)));
  if (proposal === null) return;
  await wait(planned.thinksMilliseconds, cloud);
  for (const who of planned.people) {
    const asked: AskedApproval = {
      proposal,
      hash: hashFor(planned, proposal, cloud),
      person: who === 'the-caller' ? callerOf(proposal, cloud) : who,
      at: cloud.scheduler.now(),
    };
    const request = { proposalId: proposal.id, hash: asked.hash, person: asked.person };
    if (planned.answer === 'first-says-no' && who === planned.people[0]) {
      cloud.dismissals.push(asked);
      void insist(planned.retries, fleet, cloud, async (pipeline) => {
        await dismissProposal({ ...request, reason: 'Not now.' }, pipeline);
      });
      continue;
    }
    cloud.approvals.push(asked);
    void insist(planned.retries, fleet, cloud, async (pipeline) => {
      await approveProposal(request, pipeline);
    });
  }
}

/** A person takes one of the newest grants back. */
export async function undo(planned: PlannedUndo, fleet: Fleet, cloud: Cloud): Promise<void> {
  const grant = await choose(fleet, cloud, async (pipeline) =>
    (await pipeline.ledger.grants.list(newest(pipeline))).filter(isInForce),
  );
  if (grant === null) return;
  await wait(planned.thinksMilliseconds, cloud);
  const { project } = grant.change;
  cloud.takenBack.push({ ...bindingOf(grant.change), project, at: cloud.scheduler.now() });
  void insist(planned.retries, fleet, cloud, async (pipeline) => {
    const found = await pipeline.ledger.grants.find(grant.id);
    if (found !== null) await undoGrant(found, 'olivia@example.com', pipeline);
  });
}

function newest(pipeline: Pipeline) {
  return { by: 'newest', from: 0, until: pipeline.now() + MINUTE, limit: 5 } as const;
}

function isInForce({ state }: GrantRecord): boolean {
  return state === 'active' || state === 'did-not-help';
}

function callerOf({ change }: ProposalRecord, { plan }: Cloud): string {
  const caller = plan.callers.find(({ project, member }) => project === change.project && member === change.member);
  return caller?.behind[0] ?? 'mallory@example.com';
}

function hashFor({ hash }: PlannedApproval, proposal: ProposalRecord, { watch }: Cloud): string {
  if (hash === 'shown') return proposal.hash;
  const earlier = (watch.proposals.get(proposal.id) ?? []).map((past) => past.proposal.hash);
  return hash === 'made-up' ? 'd41d8cd98f00b204' : (earlier.find((past) => past !== proposal.hash) ?? proposal.hash);
}

async function choose<T>(
  fleet: Fleet,
  cloud: Cloud,
  list: (pipeline: Pipeline) => Promise<readonly T[]>,
): Promise<T | null> {
  const found: T[] = [];
  await once(fleet, cloud, async (pipeline) => void found.push(...(await list(pipeline))));
  return found.length === 0 ? null : cloud.random.pick(found);
}

// As a person does: again some minutes later, whatever came of it.
async function insist(
  retries: number,
  fleet: Fleet,
  cloud: Cloud,
  run: (pipeline: Pipeline) => Promise<void>,
): Promise<void> {
  for (let attempt = 0; attempt <= retries; attempt += 1) {
    if (attempt > 0) await wait(cloud.random.below(5 * MINUTE), cloud);
    await once(fleet, cloud, run);
  }
}

// A process that dies never answers.
function once(fleet: Fleet, cloud: Cloud, run: (pipeline: Pipeline) => Promise<void>): Promise<void> {
  const process = fleet.pick();
  if (process === null) return wait(PATIENCE_MILLISECONDS, cloud);
  const answer = process
    .pipeline()
    .then(run)
    .catch((error: unknown) => noteDefect(error, cloud));
  return Promise.race([answer, wait(PATIENCE_MILLISECONDS, cloud)]);
}

function wait(milliseconds: number, { scheduler }: Cloud): Promise<void> {
  return new Promise((resolve) => scheduler.after(milliseconds, resolve));
}

import { approveProposal } from '../../src/approve-proposal.ts';
import { handleMessage } from '../../src/pipeline.ts';
import { Redeliver } from '../../src/redeliver.ts';
import { sweep } from '../../src/sweep/sweep.ts';
import { DEFAULT_SWEEP_LIMITS } from '../../src/sweep/sweep-limits.ts';
import { undoGrant } from '../../src/undo-grant.ts';
import { type Cloud, openCloud, type Plant } from './cloud.ts';
import { judgeEnd } from './judge-end.ts';
import { meddle } from './meddle.ts';
import { drawPlan, MINUTE, type PlannedMessage, START } from './plan.ts';
import { openProcess, type Process } from './process.ts';
import { type Random, randomFrom } from './random.ts';
import { type Mishap, openScheduler } from './scheduler.ts';

/** What came of a run. */
export interface RunResult {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly steps: number;
  readonly grants: number;
  readonly kills: number;
  readonly reports: number;
}

const ACK_DEADLINE_MILLISECONDS = 60_000;
const KINDS: readonly Mishap[] = ['fails-before', 'fails-after'];
const DEATHS: readonly Mishap[] = ['killed-before', 'killed-after'];

/** One run, from its seed to its judgement. The same seed gives the same run. `plant` breaks something on purpose. */
export async function runOnce(seed: number, plant: Plant = 'nothing'): Promise<RunResult> {
  const random = randomFrom(seed);
  const plan = drawPlan(random);
  const fleet = openFleet(random);
  const mishapFor = (): Mishap => {
    if (!cloud.isRough) return 'none';
    if (random.chance(plan.mishaps.killed)) return random.pick(DEATHS);
    return random.chance(plan.mishaps.fails) ? random.pick(KINDS) : 'none';
  };
  const scheduler = openScheduler(START, random, mishapFor, () => fleet.replace(cloud));
  const cloud: Cloud = openCloud(plan, random, scheduler, plant);
  for (let index = 0; index < plan.instances; index += 1) fleet.start(cloud);
  for (const message of plan.messages) publish(message, fleet, cloud);
  for (const { at, version } of plan.changes)
    scheduler.after(at - START, () => {
      cloud.allowlist = version;
    });
  for (const { at, project, how } of plan.meddling) scheduler.after(at - START, () => meddle(project, how, cloud));
  for (let tick = 5; tick <= 60; tick += 5) scheduler.after(tick * MINUTE, () => startSweep(fleet, cloud));
  for (let index = 0; index < plan.approvals; index += 1)
    scheduler.after((12 + 9 * index) * MINUTE, () => approveOne(fleet, cloud));
  for (let index = 0; index < plan.undos; index += 1) scheduler.after(25 * MINUTE, () => undoOne(fleet, cloud));
  await scheduler.runUntil(START + 61 * MINUTE);
  await settle(fleet, cloud);
  await judgeEnd(cloud);
  return {
    seed,
    violations: cloud.violations,
    steps: scheduler.steps,
    grants: cloud.state.writes.filter(({ requestReason }) => requestReason.startsWith('guestlist incident')).length,
    kills: fleet.kills(),
    reports: cloud.arrivals.length,
  };
}

// Nothing goes wrong any more, deliveries end, and the sweep comes a few times: then nothing may be half-done.
async function settle(fleet: Fleet, cloud: Cloud): Promise<void> {
  cloud.isRough = false;
  // An instance that starts while the file is broken does not work at all, so somebody mends it at last.
  if (cloud.allowlist.text.includes('surprise')) cloud.allowlist = cloud.plan.first;
  for (let round = 0; round < 4; round += 1) {
    await cloud.scheduler.runUntil(cloud.scheduler.now() + 20 * MINUTE);
    startSweep(fleet, cloud);
  }
  await cloud.scheduler.runUntil(Number.POSITIVE_INFINITY);
}

interface Fleet {
  start(cloud: Cloud): void;
  /** Starts another instance in the place of one that died. */
  replace(cloud: Cloud): void;
  pick(): Process | null;
  kills(): number;
}

function openFleet(random: Random): Fleet {
  const processes: Process[] = [];
  let started = 0;
  let killed = 0;
  const start = (cloud: Cloud) => {
    started += 1;
    processes.push(openProcess(`p${started}`, cloud));
  };
  return {
    start,
    replace: (cloud) => {
      killed += 1;
      cloud.scheduler.after(3_000, () => start(cloud));
    },
    pick: () => {
      const alive = processes.filter(({ isAlive }) => isAlive);
      return alive.length === 0 ? null : random.pick(alive);
    },
    kills: () => killed,
  };
}

// As Pub/Sub pushes: again after an error, again when the deadline passes, and sometimes for no reason at all.
function publish(message: PlannedMessage, fleet: Fleet, cloud: Cloud): void {
  let isAcknowledged = false;
  const deliver = (): void => {
    if (!isAcknowledged) attempt(again);
  };
  const again = (milliseconds: number) => cloud.scheduler.after(milliseconds, deliver);
  const attempt = (onFailure: (milliseconds: number) => unknown): void => {
    const process = fleet.pick();
    if (process === null) return void onFailure(1_000);
    let isAnswered = false;
    cloud.scheduler.after(ACK_DEADLINE_MILLISECONDS, () => {
      if (!isAnswered) onFailure(cloud.random.below(1_000));
    });
    handle(message, process).then(
      () => {
        isAnswered = true;
        isAcknowledged = true;
      },
      (error: unknown) => {
        isAnswered = true;
        noteDefect(error, cloud);
        onFailure(10_000 + cloud.random.below(20_000));
      },
    );
  };
  for (let copy = 0; copy < message.copies; copy += 1)
    cloud.scheduler.after(message.at - START + cloud.random.below(copy === 0 ? 1 : 120_000), () =>
      copy === 0 ? deliver() : attempt(() => undefined),
    );
}

async function handle({ entry }: PlannedMessage, process: Process): Promise<void> {
  const data = Buffer.from(JSON.stringify(entry)).toString('base64');
  await handleMessage({ message: { data, messageId: 'm' }, subscription: 's' }, await process.pipeline());
}

function startSweep(fleet: Fleet, cloud: Cloud): void {
  const process = fleet.pick();
  if (process === null) return;
  process
    .pipeline()
    .then((pipeline) => sweep(pipeline, DEFAULT_SWEEP_LIMITS))
    .catch((error: unknown) => noteDefect(error, cloud));
}

function approveOne(fleet: Fleet, cloud: Cloud): void {
  const process = fleet.pick();
  if (process === null) return;
  const approve = async () => {
    const pipeline = await process.pipeline();
    const [proposal] = await pipeline.ledger.proposals.list({
      by: 'newest',
      from: 0,
      until: pipeline.now() + MINUTE,
      limit: 1,
    });
    if (proposal === undefined) return;
    cloud.approved.add(`${proposal.change.project} ${proposal.change.member}`);
    const request = { proposalId: proposal.id, hash: proposal.hash, person: 'ada@example.com' };
    await approveProposal(request, pipeline);
  };
  approve().catch((error: unknown) => noteDefect(error, cloud));
}

function undoOne(fleet: Fleet, cloud: Cloud): void {
  const process = fleet.pick();
  if (process === null) return;
  const undo = async () => {
    const pipeline = await process.pipeline();
    const [grant] = await pipeline.ledger.grants.list({
      by: 'newest',
      from: 0,
      until: pipeline.now() + MINUTE,
      limit: 1,
    });
    if (grant === undefined || (grant.state !== 'active' && grant.state !== 'did-not-help')) return;
    cloud.takenBack.add(`${grant.change.project} ${grant.change.member}`);
    await undoGrant(grant, 'ada@example.com', pipeline);
  };
  undo().catch((error: unknown) => noteDefect(error, cloud));
}

// Only what passes may leave the code; a file that cannot be used at a start is such a thing too, until it is mended.
function noteDefect(error: unknown, cloud: Cloud): void {
  if (error instanceof Redeliver) return;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (!text.includes('is no usable allowlist')) cloud.violations.push(`a defect left the code: ${text}`);
}

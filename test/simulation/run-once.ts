import { sweep } from '../../src/sweep/sweep.ts';
import { DEFAULT_SWEEP_LIMITS } from '../../src/sweep/sweep-limits.ts';
import { type Cloud, openCloud } from './cloud.ts';
import { noteDefect } from './defects.ts';
import { publish } from './deliveries.ts';
import { type Emphasis, emphasize } from './emphasis.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { judgeEnd } from './judge-end.ts';
import { meddle } from './meddle.ts';
import { drawMishap } from './mishaps.ts';
import { approve, undo } from './people.ts';
import { drawPlan, MINUTE, type PlannedChange, START } from './plan.ts';
import { type Plant, plantedSweep } from './plant.ts';
import { randomFrom } from './random.ts';
import { openScheduler } from './scheduler.ts';

/** What came of a run. */
export interface RunResult {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly steps: number;
  readonly grants: number;
  readonly kills: number;
  readonly reports: number;
}

/** One run, from its seed to its judgement. The same seed gives the same run. `plant` breaks something on purpose. */
export async function runOnce(seed: number, plant: Plant = 'nothing', emphasis: Emphasis = 'none'): Promise<RunResult> {
  const random = randomFrom(seed);
  const plan = emphasize(drawPlan(random), emphasis, random);
  const fleet = openFleet(random);
  const scheduler = openScheduler(
    START,
    random,
    (_actor, what) => drawMishap(what, cloud),
    () => fleet.replace(cloud),
  );
  const cloud: Cloud = openCloud(plan, random, scheduler, plant);
  const at = (time: number, run: () => void) => scheduler.after(time - START, run);
  for (let index = 0; index < plan.instances; index += 1) fleet.start(cloud);
  for (const message of plan.messages) publish(message, fleet, cloud);
  for (const change of plan.changes) at(change.at, () => changeAllowlist(change, cloud));
  for (const { at: time, project, how } of plan.meddling)
    at(time, () => meddle(project, how, random.pick(plan.callers).member, cloud));
  for (let tick = 5; tick <= 60; tick += 5) scheduler.after(tick * MINUTE, () => startSweep(fleet, cloud));
  for (const planned of plan.approvals) at(planned.at, () => void approve(planned, fleet, cloud));
  for (const planned of plan.undos) at(planned.at, () => void undo(planned, fleet, cloud));
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

function changeAllowlist(change: PlannedChange, cloud: Cloud): void {
  if (change.when === 'at-a-write') cloud.lurking.push(change);
  else cloud.allowlist = change.version;
}

// Nothing goes wrong any more, deliveries end, and the sweep comes a few times: then nothing may be half-done.
async function settle(fleet: Fleet, cloud: Cloud): Promise<void> {
  cloud.isRough = false;
  cloud.lurking.splice(0);
  // An instance that starts while the file is broken does not work at all, so somebody mends it at last.
  if (cloud.allowlist.mode === 'broken') cloud.allowlist = cloud.plan.first;
  for (let round = 0; round < 5; round += 1) {
    await cloud.scheduler.runUntil(cloud.scheduler.now() + 20 * MINUTE);
    startSweep(fleet, cloud);
  }
  await cloud.scheduler.runUntil(Number.POSITIVE_INFINITY);
}

function startSweep(fleet: Fleet, cloud: Cloud): void {
  const process = fleet.pick();
  if (process === null) return;
  const run = async () => {
    const pipeline = await process.pipeline();
    const watched: typeof pipeline = {
      ...pipeline,
      applyChange: (request) => {
        cloud.violations.push(`${process.name}: a sweep makes a grant`);
        return pipeline.applyChange(request);
      },
    };
    await plantedSweep(watched, cloud);
    await sweep(watched, DEFAULT_SWEEP_LIMITS);
  };
  run().catch((error: unknown) => noteDefect(error, cloud));
}

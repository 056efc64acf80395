import { join } from 'node:path';
import type { LocalCloud } from '../../src/local/local-cloud.ts';
import type { Measured } from './bench.ts';
import { denialOf, openBenchWorld, projectId } from './bench-world.ts';
import { serveFunction } from './served-function.ts';
import { expectDone, inParallel } from './warm.ts';

const ROUNDS = 3;
const PROJECTS = 50;
const GRANTS = 1_000;
const CONCURRENCY = 80;
/** So many policy writes a burst in one project may take; 13 are needed for 1,000 denials at concurrency 80. */
const MOST_WRITES = 16;
/** What a call to Google takes at the least. */
const CALL_MILLISECONDS = 30;
const DIST = join(import.meta.dirname, '..', '..', 'dist');

/** Denials of 1,000 callers in 50 projects, in no order: calls to Google for each grant, logs and reports included. */
export async function callsPerGrant(): Promise<Measured> {
  const rounds: number[] = [];
  let calls = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    const counted = await countCalls(PROJECTS);
    rounds.push(counted.all / GRANTS);
    calls = counted.text;
  }
  return { rounds, notes: [`of a last round of ${GRANTS} grants: ${calls}`], broken: [] };
}

/** The same denials in one project: how often its policy is written. */
export async function writesPerBurst(): Promise<Measured> {
  const { writes, text } = await countCalls(1);
  return { rounds: [writes], notes: [text], broken: writes > MOST_WRITES ? [`more than ${MOST_WRITES} writes`] : [] };
}

async function countCalls(projects: number) {
  const world = await openBenchWorld(projects, CALL_MILLISECONDS);
  const served = await serveFunction(DIST, world.environment);
  try {
    await inParallel(GRANTS, CONCURRENCY, async (index) => {
      expectDone(await served.post(denialOf(`caller-${index}`, (index * 37) % projects)), served);
    });
    const calls = [...world.cloud.calls];
    const members = memberCount(world.cloud, projects);
    if (members !== GRANTS) throw new Error(`${GRANTS} grants were asked for, and ${members} members hold the role`);
    return {
      all: calls.reduce((sum, [, count]) => sum + count, 0),
      writes: world.cloud.calls.get('SetIamPolicy') ?? 0,
      text: calls.map(([method, count]) => `${count} ${method}`).join(', '),
    };
  } finally {
    await served.stop();
    await world.cloud.stop();
  }
}

function memberCount(cloud: LocalCloud, projects: number): number {
  const membersIn = (index: number) =>
    (cloud.state.policy(`projects/${projectId(index)}`)?.bindings ?? []).flatMap(({ members }) => members).length;
  return Array.from({ length: projects }, (_, index) => membersIn(index)).reduce((sum, count) => sum + count, 0);
}

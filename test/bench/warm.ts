import { join } from 'node:path';
import type { Measured } from './bench.ts';
import { denialOf, openBenchWorld, repeatOf } from './bench-world.ts';
import { DEPLOYED_OPTIONS } from './deployed-options.ts';
import { type ServedFunction, serveFunction } from './served-function.ts';
import { spreadOf } from './spread.ts';

const ROUNDS = 15;
const WARM_UP = 3_000;
const EVENTS = 2_000;
const BARE = join(import.meta.dirname, 'bare');
const DIST = join(import.meta.dirname, '..', '..', 'dist');

/** Repeats of one incident: how many events a second of CPU time serves, against a function that does nothing. */
export async function warmRepeats(): Promise<Measured> {
  const world = await openBenchWorld(1);
  const bare = await serveFunction(BARE, {});
  const ours = await serveFunction(DIST, { ...world.environment, ...DEPLOYED_OPTIONS });
  const plain = await serveFunction(DIST, world.environment);
  let sent = 0;
  const next = () => repeatOf('warm', 0, sent++);
  const [ratios, wall, plainly]: [number[], number[], number[]] = [[], [], []];
  try {
    expectDone(await ours.post(denialOf('warm', 0)), ours);
    await load(bare, WARM_UP, next);
    await load(ours, WARM_UP, next);
    expectDone(await plain.post(denialOf('warm', 0)), plain);
    await load(plain, WARM_UP, next);
    for (let round = 0; round < ROUNDS; round += 1) {
      const [nothing, work] = [await load(bare, EVENTS, next), await load(ours, EVENTS, next)];
      const same = await load(plain, EVENTS, next);
      ratios.push(nothing.cpuMicroseconds / work.cpuMicroseconds);
      plainly.push(nothing.cpuMicroseconds / same.cpuMicroseconds);
      wall.push(nothing.wallMilliseconds / work.wallMilliseconds);
    }
  } finally {
    await Promise.all([bare.stop(), ours.stop(), plain.stop()]);
    await world.cloud.stop();
  }
  return {
    rounds: ratios,
    notes: [
      `${spreadOf(plainly).median.toFixed(2)} with Node's own options, without those that deploy/ gives it`,
      `requests per second of wall time ${spreadOf(wall).median.toFixed(2)} of the bare framework`,
    ],
    broken: [],
  };
}

async function load(served: ServedFunction, events: number, next: () => string) {
  const before = await served.usage();
  const began = performance.now();
  await inParallel(events, 16, async () => expectDone(await served.post(next()), served));
  const wallMilliseconds = performance.now() - began;
  const { cpuMicroseconds } = await served.usage();
  return { cpuMicroseconds: cpuMicroseconds - before.cpuMicroseconds, wallMilliseconds };
}

/** Does something so many times, so many at once. */
export async function inParallel(times: number, atOnce: number, act: (index: number) => Promise<void>): Promise<void> {
  let started = 0;
  const work = async () => {
    while (started < times) await act(started++);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Throws, with what the function printed, when an event was not taken. */
export function expectDone(status: number, served: ServedFunction): void {
  if (status >= 300) throw new Error(`an event was answered with ${status}:\n${served.printed()}`);
}

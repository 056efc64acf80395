import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRecord } from '../../src/ingest/fields.ts';
import { allowedCall, denialOf, openBenchWorld } from './bench-world.ts';
import { serveFunction } from './served-function.ts';
import { expectDone } from './warm.ts';

const DIST = join(import.meta.dirname, '..', '..', 'dist');
const SHOWN = 25;

/** Prints where a process spends its time from its start to the answer of its first event, by part and by function. */
export async function profile(): Promise<void> {
  const world = await openBenchWorld(1);
  try {
    await profileOne('first event without a Google client', world.environment, allowedCall('profile'));
    await profileOne('first applied grant', world.environment, denialOf('profile', 0));
  } finally {
    await world.cloud.stop();
  }
}

async function profileOne(title: string, environment: Readonly<Record<string, string>>, body: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'guestlist-profile-'));
  try {
    const options = ['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${folder}`];
    const served = await serveFunction(DIST, environment, options);
    expectDone(await served.post(body), served);
    await served.stop();
    const [file] = readdirSync(folder);
    if (file === undefined) throw new Error('the process left no profile');
    const spent = timesOf(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    console.log(`\n${title}: milliseconds by part, the profiler's own cost included\n${table(spent, partOf)}`);
    console.log(`\n${title}: by function\n${table(spent, nameOf)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Spent {
  readonly name: string;
  readonly file: string;
  readonly microseconds: number;
}

// The profile's shape: chromedevtools.github.io/devtools-protocol/tot/Profiler#type-Profile
function timesOf(profile: unknown): readonly Spent[] {
  const { nodes, samples, timeDeltas } = isRecord(profile) ? profile : {};
  if (!Array.isArray(nodes) || !Array.isArray(samples) || !Array.isArray(timeDeltas))
    throw new Error('a profile of another shape than expected');
  const own = new Map<unknown, number>();
  for (const [index, id] of samples.entries()) own.set(id, (own.get(id) ?? 0) + Number(timeDeltas[index]));
  return nodes.filter(isRecord).map(({ id, callFrame }) => {
    const frame = isRecord(callFrame) ? callFrame : {};
    return { name: String(frame.functionName), file: String(frame.url), microseconds: own.get(id) ?? 0 };
  });
}

function table(spent: readonly Spent[], keyOf: (one: Spent) => string): string {
  const sums = new Map<string, number>();
  for (const one of spent) sums.set(keyOf(one), (sums.get(keyOf(one)) ?? 0) + one.microseconds);
  return [...sums]
    .filter(([key]) => key !== '(idle)')
    .sort(([, one], [, other]) => other - one)
    .slice(0, SHOWN)
    .map(([key, microseconds]) => `${(microseconds / 1000).toFixed(1).padStart(8)}  ${key}`)
    .join('\n');
}

function partOf({ name, file }: Spent): string {
  if (file === '') return name;
  const unit = /\/bundled\/(.+)\.js$/.exec(file)?.[1];
  if (unit !== undefined) return unit;
  if (file.startsWith('node:')) return 'Node.js';
  return file.includes('/dist/') ? 'guestlist and yaml' : 'functions framework';
}

function nameOf({ name, file }: Spent): string {
  return `${name === '' ? '(unnamed)' : name}  ${file.split('/').slice(-3).join('/')}`;
}

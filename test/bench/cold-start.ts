import { execFileSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_FOLDER } from '../../deploy/build/rehearsal.ts';
import { ownFolder } from '../own-folder.ts';
import type { Measured } from './bench.ts';
import { allowedCall, type BenchWorld, denialOf, openBenchWorld } from './bench-world.ts';
import { DEPLOYED_OPTIONS } from './deployed-options.ts';
import { serveFunction, type Usage } from './served-function.ts';
import { spreadOf } from './spread.ts';

const ROUNDS = 15;
const BARE = join(import.meta.dirname, 'bare');
const ROOT = join(import.meta.dirname, '..', '..');
const DIST = join(ROOT, 'dist');

/** Processes from their start to the answer of their first event that needs no Google client: an allowed call. */
export function coldIdle(): Promise<Measured> {
  return coldStarts(1, allowedCall);
}

/** Processes from their start to the answer of their first event, which ends in a grant and its report. */
export function coldGrant(): Promise<Measured> {
  return coldStarts(ROUNDS, (id) => {
    const round = Number(id.split('-').at(-1));
    return denialOf(id, round % ROUNDS);
  });
}

// As the buildpack makes it: the artefact, its dependency, and the compile cache that its own script leaves.
function buildImage(): { readonly folder: string; readonly environment: Readonly<Record<string, string>> } {
  const folder = ownFolder();
  cpSync(DIST, folder, { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const NODE_COMPILE_CACHE = join(folder, CACHE_FOLDER);
  execFileSync(process.execPath, ['index.cjs'], { cwd: folder, env: { ...process.env, NODE_COMPILE_CACHE } });
  return { folder, environment: { NODE_COMPILE_CACHE, ...DEPLOYED_OPTIONS } };
}

async function coldStarts(projects: number, bodyOf: (id: string) => string): Promise<Measured> {
  const world = await openBenchWorld(projects);
  const bares: Cold[] = [];
  const starts: Cold[] = [];
  const plain: Cold[] = [];
  const image = buildImage();
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const body = bodyOf(`cold-${round}`);
      bares.push(await coldStart(BARE, {}, body));
      starts.push(await coldStart(image.folder, { ...world.environment, ...image.environment }, body));
      plain.push(await coldStart(DIST, world.environment, bodyOf(`plain-${round}`)));
    }
  } finally {
    await world.cloud.stop();
  }
  const cpu = spreadOf(bares.map(({ cpuMicroseconds }) => cpuMicroseconds)).median;
  const wall = spreadOf(bares.map(({ wallMilliseconds }) => wallMilliseconds)).median;
  const time = spreadOf(starts.map(({ wallMilliseconds }) => wallMilliseconds / wall));
  const uncached = spreadOf(plain.map(({ cpuMicroseconds }) => cpuMicroseconds / cpu)).median;
  const resident = spreadOf(starts.map(({ residentBytes }) => residentBytes));
  return {
    rounds: starts.map(({ cpuMicroseconds }) => cpuMicroseconds / cpu),
    notes: [
      `${uncached.toFixed(2)} without the compile cache that the image has`,
      `wall time ${time.median.toFixed(2)} times the bare framework`,
      `${Math.round(resident.median / 1e6)} MB resident after it`,
    ],
    broken: [],
  };
}

interface Cold extends Usage {
  readonly wallMilliseconds: number;
}

async function coldStart(folder: string, environment: BenchWorld['environment'], body: string): Promise<Cold> {
  const began = performance.now();
  const served = await serveFunction(folder, environment);
  try {
    const status = await served.post(body);
    const wallMilliseconds = performance.now() - began;
    if (status >= 300) throw new Error(`the first event was answered with ${status}:\n${served.printed()}`);
    return { ...(await served.usage()), wallMilliseconds };
  } finally {
    await served.stop();
  }
}

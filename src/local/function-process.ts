import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isRecord } from '../ingest/fields.ts';

/** The function as a process of its own under the functions framework, as Cloud Run runs it. */
export interface FunctionProcess {
  readonly port: number;
  /** Log lines so far, those that are JSON objects. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Waits for the first line at or after `from` that fits; fails after `timeoutMilliseconds`. */
  waitForLine(
    from: number,
    fits: (line: Readonly<Record<string, unknown>>) => boolean,
    timeoutMilliseconds: number,
  ): Promise<Readonly<Record<string, unknown>>>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Variables that keep the Google clients from looking for a metadata server or a login when they run locally. */
export const LOCAL_ENVIRONMENT = {
  METADATA_SERVER_DETECTION: 'none',
  GCE_METADATA_HOST: '127.0.0.1:9',
  CLOUDSDK_CORE_CHECK_GCE_METADATA: 'false',
  GOOGLE_CLOUD_PROJECT: 'local',
} as const;

const ALL_FUNCTIONS = pathToFileURL(join(ROOT, 'src', 'local', 'all-functions.ts')).href;

/** The folder of the function: these sources, or what `FUNCTION_SOURCE` names, as for the functions framework itself. */
const SOURCE = resolve(ROOT, process.env.FUNCTION_SOURCE ?? '.');

/** Which function a process serves: one of those that are deployed, or all of them behind one port. */
export type FunctionTarget = 'remediate' | 'sweep' | 'console' | 'all';

/** Starts `functions-framework --target=TARGET --signature-type=cloudevent` with this environment, on a free port. */
export async function startFunction(
  environment: Readonly<Record<string, string>>,
  source: string = SOURCE,
  target: FunctionTarget = 'remediate',
): Promise<FunctionProcess> {
  const port = await freePort();
  const library = createRequire(join(source, 'package.json')).resolve('@google-cloud/functions-framework');
  const framework = join(dirname(library), 'main.js');
  const options = [`--target=${target}`, '--signature-type=cloudevent', `--port=${port}`, `--source=${source}`];
  const before = target === 'all' ? ['--import', ALL_FUNCTIONS] : [];
  const args = [...before, framework, ...options];
  const child = spawn(process.execPath, args, {
    cwd: source,
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...LOCAL_ENVIRONMENT, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { lines, errors } = collect(child);
  await waitUntilListening(child, port, errors);
  return {
    port,
    lines,
    waitForLine: (from, fits, timeout) => waitForLine(lines, from, fits, timeout, errors),
    stop: (signal = 'SIGTERM') => stop(child, signal),
  };
}

/** A port on loopback that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}

/** Stops a process and waits until it is gone. */
export async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const isEnded = await Promise.race([ended.then(() => true), sleep(5_000, false, { ref: false })]);
  if (!isEnded) {
    child.kill('SIGKILL');
    await ended;
  }
}

function collect(child: ChildProcess) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const errors: string[] = [];
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const value = parseLine(line);
      if (value !== null) lines.push(value);
    });
  }
  if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  return { lines, errors };
}

function parseLine(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

async function waitUntilListening(child: ChildProcess, port: number, errors: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) break;
    const isUp = await fetch(`http://127.0.0.1:${port}/`, { method: 'HEAD' }).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await sleep(50);
  }
  await stop(child, 'SIGKILL');
  throw new Error(`the function did not start:\n${errors.join('\n')}`);
}

async function waitForLine(
  lines: readonly Readonly<Record<string, unknown>>[],
  from: number,
  fits: (line: Readonly<Record<string, unknown>>) => boolean,
  timeout: number,
  errors: readonly string[],
) {
  const end = Date.now() + timeout;
  while (Date.now() < end) {
    const found = lines.slice(from).find(fits);
    if (found !== undefined) return found;
    await sleep(10);
  }
  throw new Error(
    `the function did not log what was expected within ${timeout} ms; last lines:\n${JSON.stringify(lines.slice(-5))}\n${errors.slice(-20).join('\n')}`,
  );
}

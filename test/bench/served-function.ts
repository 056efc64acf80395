import { type ChildProcess, spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord } from '../../src/ingest/fields.ts';
import { freePort, LOCAL_ENVIRONMENT, stop } from '../../src/local/function-process.ts';

/** What a process has used since it began. */
export interface Usage {
  readonly cpuMicroseconds: number;
  readonly residentBytes: number;
}

/** A function under the functions framework, as Cloud Run serves it, that tells what it uses. */
export interface ServedFunction {
  /** Posts a push body; gives the status. */
  post(body: string): Promise<number>;
  usage(): Promise<Usage>;
  /** The last lines of its log. */
  printed(): string;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '..', '..');
const REPORT_USAGE = join(import.meta.dirname, 'report-usage.cjs');

/** Serves the function `remediate` of a folder with a `package.json`. Resolves as soon as it listens. */
export async function serveFunction(
  folder: string,
  environment: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
): Promise<ServedFunction> {
  const port = await freePort();
  const framework = join(
    dirname(createRequire(import.meta.url).resolve('@google-cloud/functions-framework')),
    'main.js',
  );
  const args = ['--target=remediate', '--signature-type=cloudevent', `--port=${port}`, `--source=${folder}`];
  const child = spawn(process.execPath, [`--require=${REPORT_USAGE}`, ...nodeOptions, framework, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...LOCAL_ENVIRONMENT, ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const printed: string[] = [];
  child.stdout?.on('data', (chunk) => {
    printed.push(String(chunk));
    if (printed.length > 50) printed.shift();
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const post = (body: string) => postTo(port, body, agent);
  await untilListening(child, port, printed);
  return {
    post,
    usage: () => usageOf(child),
    printed: () => printed.join(''),
    stop: async () => {
      agent.destroy();
      await stop(child, 'SIGTERM');
    },
  };
}

function postTo(port: number, body: string, agent: Agent): Promise<number> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const path = '/projects/acme-guestlist/topics/vertex-denials';
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    call.on('error', reject).end(body);
  });
}

async function usageOf(child: ChildProcess): Promise<Usage> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      const { cpuMicroseconds, residentBytes } = isRecord(message) ? message : {};
      if (typeof cpuMicroseconds === 'number' && typeof residentBytes === 'number')
        resolve({ cpuMicroseconds, residentBytes });
      else reject(new Error('the process under test did not tell its usage'));
    });
    child.send('usage');
  });
}

async function untilListening(child: ChildProcess, port: number, printed: readonly string[]): Promise<void> {
  for (let waited = 0; waited < 30_000 && child.exitCode === null; waited += 10) {
    if (printed.some((text) => text.includes('Serving function'))) return;
    await sleep(10);
  }
  throw new Error(`the function on port ${port} did not start:\n${printed.join('')}`);
}

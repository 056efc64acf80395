import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, stop } from './function-process.ts';

/** One of Google's emulators as a process of ours. */
export interface Emulator {
  /** `host:port`, the value of `PUBSUB_EMULATOR_HOST` or `FIRESTORE_EMULATOR_HOST`. */
  readonly host: string;
  stop(): Promise<void>;
}

/** How long an emulator may take to start on a busy machine. */
const START_MILLISECONDS = 60_000;

/** The emulator's own program in an installed Cloud SDK, or null where it or Java is missing. */
export function findEmulator(...path: readonly string[]): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const gcloud = folders.map((folder) => join(folder, 'gcloud')).find((file) => existsSync(file));
  const hasJava = folders.some((folder) => existsSync(join(folder, 'java')));
  if (gcloud === undefined || !hasJava) return null;
  const program = join(dirname(realpathSync(gcloud)), '..', 'platform', ...path);
  return existsSync(program) ? program : null;
}

/** Starts an emulator on a free loopback port. Its own program starts faster than gcloud and is one process to stop. */
export async function startEmulator(program: string, args: readonly string[]): Promise<Emulator> {
  const port = await freePort();
  const child = spawn(program, ['--host=127.0.0.1', `--port=${port}`, ...args], { stdio: 'ignore', detached: true });
  // The program is a shell script that starts Java: the whole group of ours is stopped.
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null) stopGroup(child.pid);
  };
  // It must not outlive a process that failed before it could stop it.
  process.once('exit', kill);
  const end = async () => {
    process.removeListener('exit', kill);
    kill();
    await stop(child, 'SIGKILL');
  };
  for (let waited = 0; waited < START_MILLISECONDS && child.exitCode === null; waited += 50) {
    if (await isListening(port)) return { host: `127.0.0.1:${port}`, stop: end };
    await sleep(50);
  }
  await end();
  throw new Error(`${program} did not start within ${START_MILLISECONDS / 1000} seconds`);
}

function stopGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group ended by itself.
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

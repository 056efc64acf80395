import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, stop } from './function-process.ts';

/** Google's Pub/Sub emulator as a process of ours. */
export interface PubSubEmulator {
  /** `host:port`, the value of `PUBSUB_EMULATOR_HOST`. */
  readonly host: string;
  stop(): Promise<void>;
}

/** The emulator's own program in an installed Cloud SDK, or null where it or Java is missing. */
export function findPubSubEmulator(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const gcloud = folders.map((folder) => join(folder, 'gcloud')).find((path) => existsSync(path));
  const hasJava = folders.some((folder) => existsSync(join(folder, 'java')));
  if (gcloud === undefined || !hasJava) return null;
  const program = join(
    dirname(realpathSync(gcloud)),
    '..',
    'platform',
    'pubsub-emulator',
    'bin',
    'cloud-pubsub-emulator',
  );
  return existsSync(program) ? program : null;
}

/** Starts the emulator on a free loopback port. Its own program starts faster than gcloud and is one process to stop. */
export async function startPubSubEmulator(program: string): Promise<PubSubEmulator> {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), 'guestlist-pubsub-'));
  const child = spawn(program, ['--host=127.0.0.1', `--port=${port}`, `--data-dir=${data}`], {
    stdio: 'ignore',
    detached: true,
  });
  const end = async () => {
    // The program is a shell script that starts Java: the whole group of ours is stopped.
    if (child.pid !== undefined && child.exitCode === null) stopGroup(child.pid);
    await stop(child, 'SIGKILL');
    rmSync(data, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) break;
    if (await isListening(port)) return { host: `127.0.0.1:${port}`, stop: end };
    await sleep(50);
  }
  await end();
  throw new Error('the Pub/Sub emulator did not start within 15 seconds');
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

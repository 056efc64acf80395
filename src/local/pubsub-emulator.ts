import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, findEmulator, startEmulator } from './emulator.ts';

/** The Pub/Sub emulator of an installed Cloud SDK, or null. */
export function findPubSubEmulator(): string | null {
  return findEmulator('pubsub-emulator', 'bin', 'cloud-pubsub-emulator');
}

/** Starts the Pub/Sub emulator with a data folder of its own. */
export async function startPubSubEmulator(program: string): Promise<Emulator> {
  const data = mkdtempSync(join(tmpdir(), 'guestlist-pubsub-'));
  const emulator = await startEmulator(program, [`--data-dir=${data}`]);
  return {
    host: emulator.host,
    stop: async () => {
      await emulator.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

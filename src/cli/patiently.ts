import { setTimeout as sleep } from 'node:timers/promises';
import { Redeliver } from '../redeliver.ts';

/** Something that the command needs did not answer, and waiting did not help. */
export class CommandFailure extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'CommandFailure';
  }
}

const TRIES = 7;
const FIRST_WAIT_MILLISECONDS = 500;
const LONGEST_WAIT_MILLISECONDS = 30_000;

/** Asks again after what passes by itself, such as a quota: half a minute and more altogether. Throws `CommandFailure`. */
export async function patiently<T>(what: string, ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Redeliver) || tries === TRIES) throw failureOf(what, error);
      const wait = Math.min(FIRST_WAIT_MILLISECONDS * 2 ** tries, LONGEST_WAIT_MILLISECONDS);
      await sleep(wait * (0.5 + Math.random() / 2));
    }
  }
}

// Without a login the client libraries fail before any call; their own words say so.
function failureOf(what: string, error: unknown): CommandFailure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const detail = cause instanceof Error ? cause.message : 'no answer';
  return new CommandFailure(
    `${what} could not be read: ${detail}\nLooking up needs a login: gcloud auth application-default login`,
    error,
  );
}

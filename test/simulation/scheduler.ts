import type { Random } from './random.ts';

/** A process of the function, as far as the scheduler is concerned. */
export interface Actor {
  readonly name: string;
  isAlive: boolean;
}

/** How something goes wrong around an effect; a process that is killed never comes back to its code. */
export type Mishap = 'none' | 'fails-before' | 'fails-after' | 'killed-before' | 'killed-after';

/** What goes wrong, decided anew for each effect. */
export type MishapFor = (actor: Actor, what: string) => Mishap;

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * A world with one clock of its own, in which one thing happens after another: everything that a process awaits is an
 * effect that waits here for its turn, so that a run is the same for the same seed.
 */
export interface Scheduler {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Does something in the world on behalf of a process, some milliseconds later; `failure` is what a mishap ends in. */
  effect<T>(actor: Actor, what: string, act: () => T | Promise<T>, failure: (() => unknown) | null): Promise<T>;
  sleep(actor: Actor, milliseconds: number): Promise<void>;
  /** Something that happens by itself. */
  after(milliseconds: number, run: () => void): void;
  /** Goes on until nothing is left to happen, or until a time. */
  runUntil(time: number): Promise<void>;
  readonly steps: number;
}

/** How many effects one run may take: more means that something runs in circles. */
const MOST_STEPS = 400_000;

/** Opens a scheduler. `onKilled` hears of each process that dies. */
export function openScheduler(
  start: number,
  random: Random,
  mishapFor: MishapFor,
  onKilled: (actor: Actor) => void,
): Scheduler {
  const pending: Pending[] = [];
  let now = start;
  let order = 0;
  let steps = 0;
  const add = (milliseconds: number, run: () => void) => {
    const item = { at: now + milliseconds, order: order++, run };
    const at = pending.findLastIndex((other) => other.at <= item.at);
    pending.splice(at + 1, 0, item);
  };
  const kill = (actor: Actor) => {
    actor.isAlive = false;
    onKilled(actor);
  };
  return {
    now: () => now,
    effect: (actor, what, act, failure) =>
      new Promise((resolve, reject) => {
        add(1 + random.below(what.startsWith('iam') ? 300 : 40), () => {
          if (!actor.isAlive) return;
          const mishap = mishapFor(actor, what);
          if (mishap === 'killed-before') return kill(actor);
          if (mishap === 'fails-before' && failure !== null) return reject(failure());
          let result: ReturnType<typeof act>;
          try {
            result = act();
          } catch (error) {
            return reject(error);
          }
          if (mishap === 'killed-after') return kill(actor);
          if (mishap === 'fails-after' && failure !== null) return reject(failure());
          resolve(result);
        });
      }),
    sleep: (actor, milliseconds) =>
      new Promise((resolve) => add(milliseconds, () => (actor.isAlive ? resolve() : undefined))),
    after: add,
    runUntil: async (time) => {
      for (let next = pending[0]; next !== undefined && next.at <= time; next = pending[0]) {
        pending.shift();
        now = Math.max(now, next.at);
        next.run();
        steps += 1;
        if (steps > MOST_STEPS) throw new Error(`more than ${MOST_STEPS} effects: something runs in circles`);
        // Everything that follows from it without another effect happens before the next thing does.
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (Number.isFinite(time)) now = Math.max(now, time);
    },
    get steps() {
      return steps;
    },
  };
}

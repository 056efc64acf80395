import { type EventQueue, openEventQueue } from './event-queue.ts';
import type { Random } from './random.ts';

/** A process of the function, as far as the scheduler is concerned. */
export interface Actor {
  readonly name: string;
  isAlive: boolean;
  /** Until when it stands still, in milliseconds since the epoch; in the past where it runs. */
  stalledUntil: number;
}

/** How something goes wrong around an effect; a process that is killed never comes back to its code. */
export type Mishap =
  | { readonly kind: 'none' }
  | { readonly kind: 'fails-before' | 'fails-after' }
  | { readonly kind: 'killed-before' | 'killed-after' }
  /** The process stands still before the effect is sent, or before its answer is read, and then goes on. */
  | { readonly kind: 'stalls-before' | 'stalls-after'; readonly milliseconds: number }
  /** What was sent takes effect later: the process is told that it failed, or is dead by then. */
  | { readonly kind: 'fails-and-lands' | 'killed-and-lands'; readonly landing: (land: () => void) => void };

/** What goes wrong, decided anew for each effect. */
export type MishapFor = (actor: Actor, what: string) => Mishap;

/**
 * A world with one clock of its own, in which one thing happens after another: everything that a process awaits is an
 * effect that waits here for its turn, so that a run is the same for the same seed.
 */
export interface Scheduler {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Does something in the world on behalf of a process, some milliseconds later; `failure` is what a mishap ends in. */
  effect<T>(actor: Actor, what: string, act: () => T | Promise<T>, failure: () => unknown): Promise<T>;
  sleep(actor: Actor, milliseconds: number): Promise<void>;
  /** Something that happens by itself. */
  after(milliseconds: number, run: () => void): void;
  /** Goes on until nothing is left to happen, or until a time. */
  runUntil(time: number): Promise<void>;
  readonly steps: number;
}

/** How many effects one run may take: more means that something runs in circles. */
const MOST_STEPS = 100_000;

/** Opens a scheduler. `onKilled` hears of each process that dies. */
export function openScheduler(
  start: number,
  random: Random,
  mishapFor: MishapFor,
  onKilled: (actor: Actor) => void,
): Scheduler {
  const queue = openEventQueue(start);
  let steps = 0;
  return {
    now: queue.now,
    effect: (actor, what, act, failure) =>
      new Promise((resolve, reject) =>
        queue.add(1 + random.below(what.startsWith('iam') ? 300 : 40), () =>
          whenAwake(actor, queue, () => {
            const mishap = mishapFor(actor, what);
            suffer(mishap, { actor, act, resolve, reject, failure }, queue);
            if (!actor.isAlive) onKilled(actor);
          }),
        ),
      ),
    sleep: (actor, milliseconds) =>
      new Promise((resolve) => queue.add(milliseconds, () => whenAwake(actor, queue, resolve))),
    after: queue.add,
    runUntil: async (time) => {
      await new Promise((resolve) => setImmediate(resolve));
      for (let run = queue.next(time); run !== null; run = queue.next(time)) {
        run();
        steps += 1;
        if (steps > MOST_STEPS) throw new Error(`more than ${MOST_STEPS} effects: something runs in circles`);
        // Everything that follows from it without another effect happens before the next thing does.
        await new Promise((resolve) => setImmediate(resolve));
      }
      queue.passTo(time);
    },
    get steps() {
      return steps;
    },
  };
}

// A process that stands still does nothing and hears of nothing before it goes on; a dead one never does.
function whenAwake(actor: Actor, queue: EventQueue, run: () => void): void {
  if (!actor.isAlive) return;
  if (actor.stalledUntil <= queue.now()) run();
  else queue.add(actor.stalledUntil - queue.now(), () => whenAwake(actor, queue, run));
}

interface Call<T> {
  readonly actor: Actor;
  readonly act: () => T | Promise<T>;
  readonly resolve: (result: T | Promise<T>) => void;
  readonly reject: (error: unknown) => void;
  readonly failure: () => unknown;
}

function suffer<T>(mishap: Mishap, { actor, act, resolve, reject, failure }: Call<T>, queue: EventQueue): void {
  const answer = (run: () => void) => whenAwake(actor, queue, run);
  const fail = () => answer(() => reject(failure()));
  const happen = (then: (result: T | Promise<T>) => void): void => {
    try {
      then(act());
    } catch (error) {
      answer(() => reject(error));
    }
  };
  const succeed = () => happen((result) => answer(() => resolve(result)));
  switch (mishap.kind) {
    case 'none':
      succeed();
      return;
    case 'fails-before':
      fail();
      return;
    case 'fails-after':
      happen(fail);
      return;
    case 'fails-and-lands':
      mishap.landing(() => happen(() => {}));
      fail();
      return;
    case 'killed-before':
      actor.isAlive = false;
      return;
    case 'killed-after':
      happen(() => {});
      actor.isAlive = false;
      return;
    case 'killed-and-lands':
      mishap.landing(() => happen(() => {}));
      actor.isAlive = false;
      return;
    case 'stalls-before':
      actor.stalledUntil = queue.now() + mishap.milliseconds;
      answer(succeed);
      return;
    case 'stalls-after':
      actor.stalledUntil = queue.now() + mishap.milliseconds;
      succeed();
      return;
  }
}

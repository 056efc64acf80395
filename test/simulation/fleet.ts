import type { Cloud } from './cloud.ts';
import { openProcess, type Process } from './process.ts';
import type { Random } from './random.ts';

/** The instances of the function that run. */
export interface Fleet {
  start(cloud: Cloud): void;
  /** Starts another instance in the place of one that died. */
  replace(cloud: Cloud): void;
  /** One that runs, or null when none does. */
  pick(): Process | null;
  kills(): number;
}

/** A fleet without an instance. */
export function openFleet(random: Random): Fleet {
  const processes: Process[] = [];
  let started = 0;
  let killed = 0;
  const start = (cloud: Cloud) => {
    started += 1;
    processes.push(openProcess(`p${started}`, cloud));
  };
  return {
    start,
    replace: (cloud) => {
      killed += 1;
      cloud.scheduler.after(3_000, () => start(cloud));
    },
    pick: () => {
      const alive = processes.filter(({ isAlive }) => isAlive);
      return alive.length === 0 ? null : random.pick(alive);
    },
    kills: () => killed,
  };
}

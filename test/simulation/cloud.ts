import type { LogEvent } from '../../src/event-log.ts';
import type { Condition } from '../../src/iam/policy.ts';
import type { DocumentStore } from '../../src/ledger/document-store.ts';
import { createMemoryStore } from '../../src/ledger/memory-store.ts';
import { demoWorld } from '../../src/local/demo/demo-world.ts';
import { parseWorld, type World } from '../../src/local/world.ts';
import { createWorldState, type WorldState } from '../../src/local/world-state.ts';
import type { Report } from '../../src/report/report.ts';
import type { AllowlistVersion, Plan } from './plan.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** One arrival of a report at a channel. */
export interface Arrival {
  readonly channel: string;
  readonly report: Report;
}

/** One access that Guestlist gave, and when (milliseconds since the epoch). */
export interface Addition {
  readonly project: string;
  readonly role: string;
  readonly member: string;
  readonly condition: Condition | null;
  readonly at: number;
}

/** A fault planted on purpose, to see that the simulation finds it. */
export type Plant =
  | 'nothing'
  | 'does not record that a write is sent'
  | 'counts no limits'
  | 'does not read the mode again'
  | 'writes over other people'
  | 'forgets who has a report'
  | 'takes every lease for over';

/** What all processes of a run share, and what the run is judged by. */
export interface Cloud {
  readonly plant: Plant;
  readonly plan: Plan;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly world: World;
  readonly state: WorldState;
  readonly store: DocumentStore;
  readonly arrivals: Arrival[];
  readonly events: LogEvent[];
  /** The version of the allowlist at this moment. */
  allowlist: AllowlistVersion;
  /** Whom a person's approval lets be granted: project and member. */
  readonly approved: Set<string>;
  /** What a person takes back: project and member. */
  readonly takenBack: Set<string>;
  /** Every access that Guestlist gave, in order. */
  readonly additions: Addition[];
  /** What must not have happened. */
  readonly violations: string[];
  /** Whether things still go wrong. */
  isRough: boolean;
}

/** A fresh world for a run. */
export function openCloud(plan: Plan, random: Random, scheduler: Scheduler, plant: Plant): Cloud {
  const reading = parseWorld(demoWorld);
  if (reading.kind === 'issues') throw new Error(JSON.stringify(reading.issues));
  return {
    plant,
    plan,
    random,
    scheduler,
    world: reading.world,
    state: createWorldState(reading.world),
    store: createMemoryStore(),
    arrivals: [],
    events: [],
    allowlist: plan.first,
    approved: new Set(),
    takenBack: new Set(),
    additions: [],
    violations: [],
    isRough: true,
  };
}

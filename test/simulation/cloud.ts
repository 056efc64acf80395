import type { LogEvent } from '../../src/event-log.ts';
import type { DocumentStore } from '../../src/ledger/document-store.ts';
import { createMemoryStore } from '../../src/ledger/memory-store.ts';
import type { ProposalRecord } from '../../src/ledger/records.ts';
import { demoWorld } from '../../src/local/demo/demo-world.ts';
import { parseWorld, type World } from '../../src/local/world.ts';
import { createWorldState, type WorldState } from '../../src/local/world-state.ts';
import type { Posting } from '../../src/report/posting.ts';
import type { AllowlistVersion } from './allowlist-version.ts';
import type { Deed } from './held.ts';
import { type LedgerWatch, openLedgerWatch } from './ledger-watch.ts';
import type { Plan, PlannedChange } from './plan.ts';
import type { Plant } from './plant.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** One arrival of a report at a channel. */
export interface Arrival extends Posting {
  readonly channel: string;
  readonly at: number;
}

/** A person's approval of what they were shown. */
export interface AskedApproval {
  readonly proposal: ProposalRecord;
  readonly hash: string;
  /** E-mail address. */
  readonly person: string;
  readonly at: number;
}

/** What all processes of a run share, and what the run is judged by. */
export interface Cloud {
  readonly plant: Plant;
  readonly plan: Plan;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly world: World;
  readonly state: WorldState;
  readonly store: DocumentStore;
  readonly watch: LedgerWatch;
  readonly arrivals: Arrival[];
  readonly events: LogEvent[];
  /** The version of the allowlist at this moment. */
  allowlist: AllowlistVersion;
  /** What it becomes when somebody is about to write. */
  readonly lurking: PlannedChange[];
  readonly approvals: AskedApproval[];
  /** What people said no to. */
  readonly dismissals: AskedApproval[];
  /** What people take back. */
  readonly takenBack: Deed[];
  /** Every access that Guestlist gave, in order. */
  readonly additions: Deed[];
  /** What others made and removed. */
  readonly byOthers: (Deed & { readonly kind: 'made' | 'removed' })[];
  /** Writes that wait until somebody looks at a project's policy. */
  readonly landings: (() => void)[];
  /** Messages that went to the dead-letter topic, by the text of their entry. */
  readonly deadLetters: Set<object>;
  /** What must not have happened. */
  readonly violations: string[];
  /** Whether things still go wrong. */
  isRough: boolean;
}

/** A fresh world for a run. */
export function openCloud(plan: Plan, random: Random, scheduler: Scheduler, plant: Plant): Cloud {
  const reading = parseWorld(demoWorld);
  if (reading.kind === 'issues') throw new Error(JSON.stringify(reading.issues));
  const violations: string[] = [];
  let etags = 0;
  return {
    plant,
    plan,
    random,
    scheduler,
    world: reading.world,
    state: createWorldState(reading.world, () => `e${++etags}`),
    store: createMemoryStore(),
    watch: openLedgerWatch(scheduler.now, (text) => void violations.push(text)),
    arrivals: [],
    events: [],
    allowlist: plan.first,
    lurking: [],
    approvals: [],
    dismissals: [],
    takenBack: [],
    additions: [],
    byOthers: [],
    landings: [],
    deadLetters: new Set(),
    violations,
    isRough: true,
  };
}

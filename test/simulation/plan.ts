import { type AllowlistVersion, USER_ROLE, versionOf } from './allowlist-version.ts';
import { drawCallers, drawMessages, type PlannedCaller, type PlannedMessage } from './draw-messages.ts';
import { drawPeople, type PlannedApproval, type PlannedUndo } from './draw-people.ts';
import { drawChanges } from './draw-versions.ts';
import { MEDDLINGS, type Meddling } from './meddle.ts';
import type { Random } from './random.ts';

export const START = Date.parse('2026-11-24T02:00:00Z');
export const MINUTE = 60_000;

/** A clock may be a minute wrong either way, so two of them two minutes apart. */
export const SKEW_MILLISECONDS = 2 * MINUTE;

/** For how long a process is not heard of before another may take its work over. */
export const LEASE_SECONDS = 180;

/** Everything about a run that is decided before it begins. */
export interface Plan {
  readonly callers: readonly PlannedCaller[];
  readonly messages: readonly PlannedMessage[];
  readonly first: AllowlistVersion;
  /** What the allowlist becomes, and when: at a time, or just when somebody is about to write after it. */
  readonly changes: readonly PlannedChange[];
  readonly instances: number;
  readonly mishaps: Mishaps;
  readonly meddling: readonly { readonly at: number; readonly project: string; readonly how: Meddling }[];
  readonly approvals: readonly PlannedApproval[];
  readonly undos: readonly PlannedUndo[];
}

/** One change of the allowlist. */
export interface PlannedChange {
  readonly at: number;
  readonly when: 'at-once' | 'at-a-write';
  readonly version: AllowlistVersion;
}

/** How likely it is that something goes wrong around one effect. */
export interface Mishaps {
  readonly fails: number;
  readonly killed: number;
  readonly stalls: number;
  /** For a write of a policy or of the ledger: that it takes effect after it was given up. */
  readonly lands: number;
}

export const PROJECTS = ['acme-ml', 'acme-vision', 'acme-pay'] as const;

const CALM: Mishaps = { fails: 0, killed: 0, stalls: 0, lands: 0 };

/** Draws a run from a seed. */
export function drawPlan(random: Random): Plan {
  const isCalm = random.chance(0.15);
  const callers = drawCallers(random);
  const messages = drawMessages(random, callers, isCalm);
  const first = versionOf({
    mode: 'apply',
    role: USER_ROLE,
    lastsMinutes: random.chance(0.45) ? random.pick([15, 15, 25, 40]) : null,
    grantsPerHour: random.chance(0.3) ? 1 + random.below(4) : null,
    approvers: ['ada@example.com', 'bob@example.com', 'user1@example.com', 'user2@example.com'],
    forbidden: [],
  });
  return {
    callers,
    messages,
    first,
    changes: random.chance(0.4) ? drawChanges(random, random.pick(messages).at, first) : [],
    instances: 1 + random.below(4),
    mishaps: isCalm ? CALM : drawMishaps(random),
    meddling: Array.from({ length: random.below(8) }, () => ({
      at: START + random.below(40 * MINUTE),
      project: random.pick(PROJECTS),
      how: random.pick(MEDDLINGS),
    })),
    ...drawPeople(random),
  };
}

function drawMishaps(random: Random): Mishaps {
  return {
    fails: random.pick([0, 0.02, 0.1]),
    killed: random.pick([0, 0.003, 0.02]),
    stalls: random.pick([0, 0, 0.003, 0.02]),
    lands: random.pick([0, 0, 0.05, 0.3]),
  };
}

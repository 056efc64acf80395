import { type AllowlistVersion, EXPRESS_ROLE, versionOf } from './allowlist-version.ts';
import { MINUTE, type PlannedChange } from './plan.ts';
import type { Random } from './random.ts';

/** Draws what the allowlist becomes: most of all while a denial is being worked on, for that is when it matters. */
export function drawChanges(random: Random, busyAt: number, first: AllowlistVersion): readonly PlannedChange[] {
  const at = busyAt + random.below(8_000);
  const when = random.pick(['at-once', 'at-a-write'] as const);
  const change = { at, when, version: versionOf({ ...first, ...random.pick(NEXT) }) };
  return random.chance(0.5)
    ? [change]
    : [change, { at: at + (2 + random.below(8)) * MINUTE, when: 'at-once', version: first }];
}

const NEXT: readonly Partial<AllowlistVersion>[] = [
  { mode: 'propose' },
  { mode: 'off' },
  { mode: 'broken' },
  { forbidden: ['acme-vision'] },
  { role: EXPRESS_ROLE },
  { lastsMinutes: 20 },
  { lastsMinutes: null },
  { approvers: ['bob@example.com'] },
  { approvers: [] },
];

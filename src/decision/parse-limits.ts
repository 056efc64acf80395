import { describe, isRecord } from '../ingest/fields.ts';
import type { Limits } from './allowlist.ts';
import { checkKeys, type Note, type Path } from './allowlist-issue.ts';

const KEYS = ['grantsPerHour', 'grantsPerProjectPerDay'] as const;
const MOST = 100_000;

/** No limits of its own. */
export const NO_LIMITS: Limits = { grantsPerHour: null, grantsPerProjectPerDay: null };

/** Reads `limits`; what cannot be read counts as a limit of nothing at all. */
export function parseLimits(value: unknown, path: Path, note: Note): Limits {
  if (value === undefined) return NO_LIMITS;
  if (!isRecord(value)) {
    note(path, 'wrong-type', `expected ${KEYS.join(' and ')}, got ${describe(value)}`);
    return { grantsPerHour: 0, grantsPerProjectPerDay: 0 };
  }
  checkKeys(value, path, KEYS, note);
  const [grantsPerHour = null, grantsPerProjectPerDay = null] = KEYS.map((key) =>
    readCount(value[key], [...path, key], note),
  );
  return { grantsPerHour, grantsPerProjectPerDay };
}

function readCount(value: unknown, path: Path, note: Note): number | null {
  if (value === undefined) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST) return value;
  note(path, 'bad-value', `expected a whole number from 0 to ${MOST}, got ${describe(value)}`);
  return 0;
}

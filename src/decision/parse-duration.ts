import { describe } from '../ingest/fields.ts';
import type { Note, Path } from './allowlist-issue.ts';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Reads a duration such as `12h` within bounds, in milliseconds; gives the shortest, with a fault, for anything else. */
export function readDuration(value: unknown, shortest: string, longest: string, path: Path, note: Note): number {
  const least = millisecondsOf(shortest) ?? 0;
  const length = typeof value === 'string' ? millisecondsOf(value) : null;
  if (length !== null && length >= least && length <= (millisecondsOf(longest) ?? 0)) return length;
  note(path, 'bad-value', `expected a duration from ${shortest} to ${longest}, such as 12h, got ${describe(value)}`);
  return least;
}

function millisecondsOf(text: string): number | null {
  const [, count = '', unit = ''] = /^([1-9][0-9]{0,4})([mhd])$/.exec(text) ?? [];
  const milliseconds = UNITS.get(unit);
  return milliseconds === undefined ? null : Number(count) * milliseconds;
}

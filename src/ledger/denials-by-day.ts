import { DAY_MILLISECONDS } from './keys.ts';

/** For how many days an incident remembers how often it was refused. */
export const DAYS_KEPT = 31;

/** Counts by day (`2026-11-24`, UTC). */
export type DenialsByDay = Readonly<Record<string, number>>;

/**
 * Counts one refused call on its day. A time that lies far from now (milliseconds) is not counted: whoever sends entries
 * writes their times, and they must not push out what was counted.
 */
export function countDenial(days: DenialsByDay | undefined, deniedAt: string, now: number): DenialsByDay {
  const at = Date.parse(deniedAt);
  const before = days ?? {};
  if (!(at > now - DAYS_KEPT * DAY_MILLISECONDS && at < now + DAY_MILLISECONDS)) return before;
  const day = dayOf(at);
  const count = before[day];
  if (count !== undefined) return { ...before, [day]: count + 1 };
  const oldest = dayOf(now - DAYS_KEPT * DAY_MILLISECONDS);
  return Object.fromEntries([...Object.entries(before).filter(([other]) => other > oldest), [day, 1]]);
}

let latest = { number: Number.NaN, name: '' };

/** The day of a time in milliseconds since the epoch, in UTC. Most are of the day that was asked for last. */
export function dayOf(milliseconds: number): string {
  const number = Math.floor(milliseconds / DAY_MILLISECONDS);
  if (number !== latest.number) latest = { number, name: new Date(milliseconds).toISOString().slice(0, 10) };
  return latest.name;
}

import type { IncidentRecord } from '../ledger/records.ts';
import type { DayBar } from './day-chart.ts';

/** How often calls were refused for one cause, and in how many incidents. */
export interface CauseCount {
  readonly cause: string;
  readonly calls: number;
  readonly incidents: number;
}

/** How many causes have a colour of their own; the rest are drawn together. */
const COLOURS = 4;

/** The causes of incidents with the refused calls of these days, the most frequent first. */
export function countCauses(incidents: readonly IncidentRecord[], days: readonly string[]): readonly CauseCount[] {
  const counts = new Map<string, CauseCount>();
  for (const incident of incidents) {
    const cause = causeOf(incident);
    const before = counts.get(cause) ?? { cause, calls: 0, incidents: 0 };
    counts.set(cause, { cause, calls: before.calls + callsOf(incident, days), incidents: before.incidents + 1 });
  }
  return [...counts.values()].sort((one, other) => other.calls - one.calls || one.cause.localeCompare(other.cause));
}

/** The refused calls of an incident on these days. */
export function callsOf(incident: IncidentRecord, days: readonly string[]): number {
  return sum(days.map((day) => callsOn(incident, day)));
}

// Incidents that an older version recorded have no days.
function callsOn({ days: counted = {} }: IncidentRecord, day: string): number {
  return counted[day] ?? 0;
}

/** What the parts of a chart are called. */
export function legendOf(causes: readonly CauseCount[]): readonly string[] {
  const named = causes.slice(0, COLOURS).map(({ cause }) => cause);
  return causes.length > COLOURS ? [...named, 'other causes'] : named;
}

/** Each day with its refused calls, by the parts of the legend. */
export function barsOf(
  incidents: readonly IncidentRecord[],
  days: readonly string[],
  causes: readonly CauseCount[],
): readonly DayBar[] {
  const places = new Map(causes.map(({ cause }, index) => [cause, Math.min(index, COLOURS)]));
  return days.map((day) => {
    const parts = legendOf(causes).map(() => 0);
    for (const incident of incidents) {
      const place = places.get(causeOf(incident)) ?? COLOURS;
      parts[place] = (parts[place] ?? 0) + callsOn(incident, day);
    }
    return { day, parts };
  });
}

/** The sum of numbers. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function causeOf({ told }: IncidentRecord): string {
  return told?.cause ?? 'not reported yet';
}

import {
  type Judgement,
  judgeCaller,
  NOTHING_SEEN,
  SAME_MOMENT_MILLISECONDS,
  SHADOW_MILLISECONDS,
  type SuspicionLimits,
  sightedNames,
} from '../ledger/judge-caller.ts';
import type { Sighting } from '../ledger/records.ts';
import type { RefusedCase } from './case-book.ts';

/** The refusals around the time that a history has come to, by caller: what the function's watch would have seen. */
export interface RecentRefusals {
  /** Takes note of a denial; times come in their order, in milliseconds since the epoch. */
  observe(at: number, found: RefusedCase): void;
  /** Judges a denial by what was seen until a time, which may be after it. */
  judge(at: number, found: RefusedCase, until: number): Judgement;
}

interface Refusals {
  readonly incident: number;
  readonly sighting: Omit<Sighting, 'times'>;
  /** In order. */
  readonly times: number[];
}

interface Caller {
  incidents: readonly Refusals[];
  /** False where these incidents together could be more than ordinary refusals. */
  isOrdinary: boolean;
  /** When it was last cleared of what lies too far back. */
  clearedAt: number;
}

/** Who is refused in more ways than this explores, whichever these are. */
const MOST_INCIDENTS = 100;

/** So many times are kept without a look at which of them lie too far back. */
const MANY_TIMES = 64;

/** So many callers are kept without a look at who was not seen for long. */
const MANY_CALLERS = 8_192;

/**
 * Watches a history in memory. Keeps what lies within some windows before and after the denial that is judged, and
 * callers as long as there are not too many, so it does not grow with the history. The judging itself is the function's.
 */
export function createRecentRefusals(incidents: readonly string[], limits: SuspicionLimits): RecentRefusals {
  const window = Math.max(limits.windowMinutes * 60_000, SHADOW_MILLISECONDS);
  const callers = new Map<number, Caller>();
  let most = MANY_CALLERS;
  const add = (name: number, at: number): Caller => {
    if (callers.size >= most) {
      for (const [other, { incidents }] of callers) {
        if (incidents.every(({ times }) => (times.at(-1) ?? 0) < at - 2 * window)) callers.delete(other);
      }
      most = Math.max(MANY_CALLERS, 2 * callers.size);
    }
    const caller: Caller = { incidents: [], isOrdinary: true, clearedAt: at };
    callers.set(name, caller);
    return caller;
  };
  const isOrdinary = (name: number | null) => name === null || (callers.get(name)?.isOrdinary ?? true);
  const seenBy = (name: number | null, at: number, until: number): readonly Sighting[] => {
    const caller = name === null ? undefined : callers.get(name);
    return caller === undefined ? [] : caller.incidents.map((refusals) => around(refusals, at, until));
  };
  return {
    observe: (at, { names: { watched }, incident, denial }) => {
      if (watched === null) return;
      const caller = callers.get(watched) ?? add(watched, at);
      if (!caller.isOrdinary && at - caller.clearedAt > 6 * window) clear(caller, at, at - 2 * window, limits);
      const known = caller.incidents.find((refusals) => refusals.incident === incident);
      if (known !== undefined) return noteTime(known.times, at, 2 * window);
      if (caller.incidents.length >= MOST_INCIDENTS) clear(caller, at, at - 2 * window, limits);
      const sighting = { incidentId: incidents[incident] ?? '', ...sightedNames(denial) };
      addIncident(caller, { incident, sighting, times: [at] }, limits);
    },
    judge: (at, { names: { caller, project }, incident }, until) => {
      if (isOrdinary(caller) && isOrdinary(project)) return NOTHING_SEEN;
      const seen = { caller: seenBy(caller, at, until), unnamed: seenBy(project, at, until) };
      return judgeCaller({ at, incidentId: incidents[incident] ?? '' }, seen, limits);
    },
  };
}

function noteTime(times: number[], at: number, kept: number): void {
  if (at - (times.at(-1) ?? 0) < SAME_MOMENT_MILLISECONDS) return;
  times.push(at);
  if (times.length > MANY_TIMES && (times[0] ?? 0) < at - 2 * kept) dropBefore(times, at - kept);
}

function dropBefore(times: number[], before: number): void {
  const kept = times.findIndex((time) => time >= before);
  times.copyWithin(0, kept);
  times.length -= kept;
}

function addIncident(caller: Caller, refusals: Refusals, limits: SuspicionLimits): void {
  caller.incidents = [...caller.incidents, refusals].slice(-MOST_INCIDENTS);
  caller.isOrdinary = areOrdinary(caller, limits);
}

// Fewer names than a limit can never reach it, whichever lie in one window; and no perimeter blocked any of them.
function areOrdinary({ incidents }: Caller, limits: SuspicionLimits): boolean {
  let permissions = 0;
  for (const { sighting } of incidents) {
    if (sighting.perimeter !== null) return false;
    permissions += sighting.permissions.length;
  }
  return (permissions < limits.permissions && incidents.length < limits.projects) || areFew(incidents, limits);
}

function areFew(incidents: Caller['incidents'], limits: SuspicionLimits): boolean {
  const sightings = incidents.map(({ sighting }) => sighting);
  return (
    new Set(sightings.flatMap(({ permissions }) => permissions)).size < limits.permissions &&
    new Set(sightings.map(({ project }) => project)).size < limits.projects
  );
}

// The last refusal up to a time and the first one after it: whatever lies in a window that holds the time, one of these
// does.
function around({ sighting, times }: Refusals, at: number, until: number): Sighting {
  const later = firstAfter(times, at);
  return { ...sighting, times: times.slice(Math.max(0, later - 1), later + 1).filter((time) => time <= until) };
}

function firstAfter(times: readonly number[], at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Forgets incidents that lie so far back that they tell nothing. Of ordinary callers they stay: most come again, and
// keeping them costs less than taking them anew.
function clear(caller: Caller, at: number, before: number, limits: SuspicionLimits): void {
  caller.clearedAt = at;
  caller.incidents = caller.incidents.filter(({ times }) => (times.at(-1) ?? 0) >= before);
  caller.isOrdinary = areOrdinary(caller, limits);
}

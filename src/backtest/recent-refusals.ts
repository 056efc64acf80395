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
  readonly sighting: Omit<Sighting, 'times'>;
  /** In order. */
  readonly times: number[];
}

interface Caller {
  readonly incidents: Map<number, Refusals>;
  /** False where these incidents together could be more than ordinary refusals. */
  isOrdinary: boolean;
}

/** Who is refused in more ways than this explores, whichever these are. */
const MOST_INCIDENTS = 100;

/**
 * Watches a history in memory. Keeps what lies within some windows before and after the denial that is judged, so it
 * grows with how much is refused within minutes and not with the history. The judging itself is the function's.
 */
export function createRecentRefusals(incidents: readonly string[], limits: SuspicionLimits): RecentRefusals {
  const window = Math.max(limits.windowMinutes * 60_000, SHADOW_MILLISECONDS);
  const callers = new Map<string, Caller>();
  let swept = Number.NEGATIVE_INFINITY;
  const sweep = (now: number) => {
    swept = now;
    for (const [name, caller] of callers) if (forget(caller, now - 2 * window, limits)) callers.delete(name);
  };
  const isOrdinary = (name: string | null) => name === null || (callers.get(name)?.isOrdinary ?? true);
  const seenBy = (name: string | null, at: number, until: number): readonly Sighting[] => {
    const caller = name === null ? undefined : callers.get(name);
    return caller === undefined ? [] : [...caller.incidents.values()].map((refusals) => around(refusals, at, until));
  };
  return {
    observe: (at, { names: { watched }, incident, denial }) => {
      if (at - swept > 6 * window) sweep(at);
      if (watched === null) return;
      const caller = callers.get(watched) ?? { incidents: new Map<number, Refusals>(), isOrdinary: true };
      const known = caller.incidents.get(incident);
      if (known !== undefined) return noteTime(known.times, at);
      callers.set(watched, caller);
      const sighting = { incidentId: incidents[incident] ?? '', ...sightedNames(denial) };
      addIncident(caller, incident, { sighting, times: [at] }, limits);
    },
    judge: (at, { names: { caller, project }, incident }, until) => {
      if (isOrdinary(caller) && isOrdinary(project)) return NOTHING_SEEN;
      const seen = { caller: seenBy(caller, at, until), unnamed: seenBy(project, at, until) };
      return judgeCaller({ at, incidentId: incidents[incident] ?? '' }, seen, limits);
    },
  };
}

function noteTime(times: number[], at: number): void {
  if (at - (times.at(-1) ?? 0) >= SAME_MOMENT_MILLISECONDS) times.push(at);
}

function addIncident(caller: Caller, incident: number, refusals: Refusals, limits: SuspicionLimits): void {
  const [oldest] = caller.incidents.keys();
  if (oldest !== undefined && caller.incidents.size >= MOST_INCIDENTS) caller.incidents.delete(oldest);
  caller.incidents.set(incident, refusals);
  caller.isOrdinary = areOrdinary(caller, limits);
}

// Fewer names than a limit can never reach it, whichever lie in one window; and no perimeter blocked any of them.
function areOrdinary({ incidents }: Caller, limits: SuspicionLimits): boolean {
  let permissions = 0;
  for (const { sighting } of incidents.values()) {
    if (sighting.perimeter !== null) return false;
    permissions += sighting.permissions.length;
  }
  return (permissions < limits.permissions && incidents.size < limits.projects) || areFew(incidents, limits);
}

function areFew(incidents: Caller['incidents'], limits: SuspicionLimits): boolean {
  const sightings = [...incidents.values()].map(({ sighting }) => sighting);
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

// True when nothing is left of a caller.
function forget(caller: Caller, before: number, limits: SuspicionLimits): boolean {
  const { size } = caller.incidents;
  for (const [incident, { times }] of caller.incidents) {
    const kept = times.findIndex((time) => time >= before);
    if (kept < 0) caller.incidents.delete(incident);
    else if (kept > 0) times.splice(0, kept);
  }
  if (caller.incidents.size < size) caller.isOrdinary = areOrdinary(caller, limits);
  return caller.incidents.size === 0;
}

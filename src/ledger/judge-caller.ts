import type { Denial, PerimeterViolation } from '../denial/denial.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import type { Suspicion } from '../diagnosis/question.ts';
import { memberKey } from '../iam/principal.ts';
import { formatProject } from '../iam/project.ts';
import { millisecondsOf } from '../iam/timestamp.ts';
import type { Sighting } from './records.ts';

/** What other refusals of the same caller say about one refusal. */
export interface Judgement {
  readonly suspicion: Suspicion;
  /** A perimeter violation of the same caller within seconds, or null. */
  readonly shadow: PerimeterViolation | null;
  /** Incidents of the same caller within seconds that looked like a missing role. */
  readonly twins: readonly string[];
  /** Whether a perimeter blocked a caller whom its record does not name, in the same project within seconds. */
  readonly perimeterNearby: Evidence['perimeterNearby'];
}

/** From when on a caller's refusals look like exploring. */
export interface SuspicionLimits {
  readonly permissions: number;
  readonly projects: number;
  readonly windowMinutes: number;
}

/** What holds until something else is seen. */
export const NOTHING_SEEN: Judgement = {
  suspicion: { kind: 'none' },
  shadow: null,
  twins: [],
  perimeterNearby: 'none',
};

export const DEFAULT_SUSPICION_LIMITS: SuspicionLimits = { permissions: 6, projects: 4, windowMinutes: 10 };

/** Two entries of one call are written within seconds of each other; 80 ms were seen. */
export const SHADOW_MILLISECONDS = 10_000;

// What is kept of one caller fits into one document (1 MiB in Firestore), whatever is sent: it has at most 500 KB.
const INCIDENTS_PER_CALLER = 100;
const TIMES_PER_INCIDENT = 20;
const NAMES_PER_KIND = 5;
const LONGEST_NAME = 200;

/** JSON spells a character by up to six bytes, but each of these by one. */
const PLAIN = /^[ !#-[\]-~]*$/;
const LONGEST_ODD_NAME = Math.floor(LONGEST_NAME / 6);

/** So many that a call refused on more of them looks like exploring, as it would with all of them. */
const PERMISSIONS_PER_INCIDENT = DEFAULT_SUSPICION_LIMITS.permissions;

/** Refusals of one incident this close together tell nothing that one of them does not. */
export const SAME_MOMENT_MILLISECONDS = 1_000;

/** The names under which refusals of a caller, and perimeter records of a project that name nobody, are kept. */
export interface WatchNames {
  readonly caller: string | null;
  readonly project: string | null;
}

/** What is asked for to judge a denial: its caller, and whoever was blocked unnamed in its project. */
export function namesToAsk(denial: Denial): WatchNames {
  return { caller: callerName(denial), project: denial.perimeter === null ? projectName(denial) : null };
}

/**
 * The name a denial is kept under, or null. Callers whom the entry does not name whole are many people under one name:
 * not one caller. Records of perimeters often leave the caller out or shorten the address: those are kept by project.
 */
export function watchName(denial: Denial): string | null {
  return callerName(denial) ?? (denial.perimeter === null ? null : projectName(denial));
}

function callerName({ principal }: Denial): string | null {
  return principal.member === null || principal.kind === 'service-agent'
    ? null
    : `caller ${memberKey(principal.member)}`;
}

function projectName({ logProject }: Denial): string | null {
  return logProject === null ? null : `project ${formatProject(logProject)}`;
}

/**
 * Judges a denial of an incident by what was seen of its caller, and of callers that perimeters blocked unnamed in its
 * project. `at` is in milliseconds since the epoch. Whichever entry came first, what was seen by now counts.
 */
export function judgeCaller(
  { at, incidentId }: { readonly at: number; readonly incidentId: string },
  seen: { readonly caller: readonly Sighting[]; readonly unnamed: readonly Sighting[] },
  limits: SuspicionLimits,
): Judgement {
  const near = seen.caller.filter((sighting) => sighting.incidentId !== incidentId && isNear(sighting, at));
  return {
    suspicion: suspicionOf(seen.caller, at, limits),
    shadow: near.find((sighting) => sighting.perimeter !== null)?.perimeter ?? null,
    twins: near.filter((sighting) => sighting.perimeter === null).map((sighting) => sighting.incidentId),
    perimeterNearby: seen.unnamed.some((sighting) => isNear(sighting, at)) ? 'unnamed-caller' : 'none',
  };
}

/** Adds a denial to what was seen. Gives the very same list when there is nothing new, so that repeats write little. */
export function withSighting(seen: readonly Sighting[], denial: Denial, incidentId: string): readonly Sighting[] {
  const at = millisecondsOf(denial.at);
  const known = seen.find((sighting) => sighting.incidentId === incidentId)?.times ?? [];
  if (known.some((time) => isSameMoment(time, at))) return seen;
  const times = [...known, at].sort((a, b) => a - b).slice(-TIMES_PER_INCIDENT);
  const others = seen.filter((sighting) => sighting.incidentId !== incidentId);
  return [...others, { incidentId, times, ...sightedNames(denial) }].slice(-INCIDENTS_PER_CALLER);
}

/** Whether two refusals of one incident, in milliseconds, are so close that one of them tells nothing. */
export function isSameMoment(one: number, other: number): boolean {
  return Math.abs(one - other) < SAME_MOMENT_MILLISECONDS;
}

/** The names that a sighting keeps of a denial: few of each kind and the start of long ones, whatever was sent. */
export function sightedNames({
  scope,
  permissions,
  perimeter,
}: Denial): Pick<Sighting, 'permissions' | 'project' | 'perimeter'> {
  return {
    permissions: few(permissions, PERMISSIONS_PER_INCIDENT),
    project: scope.kind === 'project' ? formatProject(scope.project) : '',
    perimeter: perimeter === null ? null : smallPerimeter(perimeter),
  };
}

function smallPerimeter(violation: PerimeterViolation): PerimeterViolation {
  const { uniqueId, reason, perimeter, direction, target, source, permissions, accessLevels, member } = violation;
  return {
    uniqueId: shortOrNull(uniqueId),
    reason: shortOrNull(reason),
    perimeter: shortOrNull(perimeter),
    direction,
    target: shortOrNull(target),
    source: shortOrNull(source),
    permissions: few(permissions, NAMES_PER_KIND),
    accessLevels: few(accessLevels, NAMES_PER_KIND),
    member: shortOrNull(member),
  };
}

function few(names: readonly string[], most: number): readonly string[] {
  return names.slice(0, most).map(short);
}

function shortOrNull(name: string | null): string | null {
  return name === null ? null : short(name);
}

function short(name: string): string {
  return name.slice(0, PLAIN.test(name) ? LONGEST_NAME : LONGEST_ODD_NAME);
}

function isNear({ times }: Sighting, at: number): boolean {
  return times.some((time) => Math.abs(time - at) <= SHADOW_MILLISECONDS);
}

// Any window of that length that holds this refusal counts, whichever entry came first.
function suspicionOf(seen: readonly Sighting[], at: number, limits: SuspicionLimits): Suspicion {
  const length = limits.windowMinutes * 60_000;
  const refusals = seen.filter((sighting) => sighting.perimeter === null);
  for (const start of refusals.flatMap((sighting) => sighting.times)) {
    if (start > at || at - start > length) continue;
    const inside = refusals.filter((sighting) =>
      sighting.times.some((other) => other >= start && other - start <= length),
    );
    const permissions = new Set(inside.flatMap((sighting) => sighting.permissions)).size;
    const projects = new Set(inside.map((sighting) => sighting.project).filter((project) => project !== '')).size;
    if (permissions >= limits.permissions || projects >= limits.projects) {
      return { kind: 'reconnaissance', permissions, projects, windowMinutes: limits.windowMinutes };
    }
  }
  return { kind: 'none' };
}

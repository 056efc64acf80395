import type { Denial, PerimeterViolation } from '../denial/denial.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import type { Suspicion } from '../diagnosis/question.ts';
import { digest } from '../iam/digest.ts';
import { memberKey } from '../iam/principal.ts';
import { formatProject } from '../iam/project.ts';
import { millisecondsOf, type Timestamp } from '../iam/timestamp.ts';
import type { DocumentStore, Key } from './document-store.ts';
import { DAY_MILLISECONDS, keyOf } from './keys.ts';
import type { Sighting } from './records.ts';
import { type BackOff, readOne, transact } from './transact.ts';

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

/** Remembers refusals by caller, for a short time. */
export interface CallerWatch {
  observe(denial: Denial, incidentId: string): Promise<void>;
  judge(denial: Denial, incidentId: string): Promise<Judgement>;
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
const SHADOW_MILLISECONDS = 10_000;

// What is kept of one caller fits into one document, whatever is sent.
const INCIDENTS_PER_CALLER = 100;
const TIMES_PER_INCIDENT = 20;
const NAMES_PER_INCIDENT = 20;

/** Refusals of one incident this close together tell nothing that one of them does not. */
const SAME_MOMENT_MILLISECONDS = 1_000;

/** So many incidents this process knows without asking the store. */
const MOST_LATELY = 1_000;

/** No window is longer than a day, and nothing older is asked about. */
const KEEP_MILLISECONDS = 2 * DAY_MILLISECONDS;

/**
 * A watch that keeps what it sees in a store, so that all instances see the same. Callers whom the entry does not name
 * whole are many people under one name: not one caller.
 */
export function createCallerWatch(
  ports: { readonly store: DocumentStore; readonly now: () => number; readonly backOff: BackOff },
  limits: SuspicionLimits,
): CallerWatch {
  const { store, now, backOff } = ports;
  const lately = new Map<string, number>();
  const isKnown = (denial: Denial, incidentId: string) => {
    const last = lately.get(incidentId);
    return last !== undefined && isSameMoment(last, millisecondsOf(denial.at));
  };
  const seenBy = async (name: string) => (await readOne(store, callerKeyOf(name)))?.sightings ?? [];
  return {
    observe: async (denial, incidentId) => {
      const name = watchName(denial);
      if (name === null || isKnown(denial, incidentId)) return;
      const key = callerKeyOf(name);
      await transact(
        store,
        [key],
        (session) => {
          const seen = session.get(key)?.sightings ?? [];
          const sightings = withSighting(seen, denial, incidentId);
          if (sightings === seen) return;
          session.put(key, { sightings }, { at: now(), due: null, keepUntil: now() + KEEP_MILLISECONDS });
        },
        backOff,
      );
      if (lately.size >= MOST_LATELY) lately.clear();
      lately.set(incidentId, millisecondsOf(denial.at));
    },
    judge: async (denial, incidentId) => {
      const [caller, project] = [callerName(denial), projectName(denial)];
      const seen = caller === null ? [] : await seenBy(caller);
      const near = seen.filter((sighting) => sighting.incidentId !== incidentId && isNear(sighting, denial.at));
      const unnamed = project === null || denial.perimeter !== null ? [] : await seenBy(project);
      return {
        suspicion: suspicionOf(seen, denial.at, limits),
        shadow: near.find((sighting) => sighting.perimeter !== null)?.perimeter ?? null,
        twins: near.filter((sighting) => sighting.perimeter === null).map((sighting) => sighting.incidentId),
        perimeterNearby: unnamed.some((sighting) => isNear(sighting, denial.at)) ? 'unnamed-caller' : 'none',
      };
    },
  };
}

// Records of perimeters often leave the caller out or shorten the address: those are kept by project.
function watchName(denial: Denial): string | null {
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

function callerKeyOf(name: string): Key<'callers'> {
  return keyOf('callers', `c-${digest([name])}`);
}

// Gives the very same list when there is nothing new in it, so that a flood of repeats writes little.
function withSighting(seen: readonly Sighting[], denial: Denial, incidentId: string): readonly Sighting[] {
  const at = millisecondsOf(denial.at);
  const known = seen.find((sighting) => sighting.incidentId === incidentId)?.times ?? [];
  if (known.some((time) => isSameMoment(time, at))) return seen;
  const times = [...known, at].sort((a, b) => a - b).slice(-TIMES_PER_INCIDENT);
  const others = seen.filter((sighting) => sighting.incidentId !== incidentId);
  return [...others, { incidentId, times, ...namesOf(denial) }].slice(-INCIDENTS_PER_CALLER);
}

function isSameMoment(one: number, other: number): boolean {
  return Math.abs(one - other) < SAME_MOMENT_MILLISECONDS;
}

function namesOf({ scope, permissions, perimeter }: Denial): Pick<Sighting, 'permissions' | 'project' | 'perimeter'> {
  const few = (names: readonly string[]) => names.slice(0, NAMES_PER_INCIDENT);
  return {
    permissions: few(permissions),
    project: scope.kind === 'project' ? formatProject(scope.project) : '',
    perimeter:
      perimeter === null
        ? null
        : { ...perimeter, permissions: few(perimeter.permissions), accessLevels: few(perimeter.accessLevels) },
  };
}

function isNear({ times }: Sighting, at: Timestamp): boolean {
  return times.some((time) => Math.abs(time - millisecondsOf(at)) <= SHADOW_MILLISECONDS);
}

// Any window of that length that holds this refusal counts, whichever entry came first.
function suspicionOf(seen: readonly Sighting[], time: Timestamp, limits: SuspicionLimits): Suspicion {
  const at = millisecondsOf(time);
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

import type { Denial, PerimeterViolation } from '../denial/denial.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import type { Suspicion } from '../diagnosis/question.ts';
import { memberKey } from '../iam/principal.ts';
import { formatProject } from '../iam/project.ts';
import { millisecondsOf, type Timestamp } from '../iam/timestamp.ts';

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
const INCIDENTS_PER_CALLER = 200;
const TIMES_PER_INCIDENT = 20;
const CALLERS = 10_000;

/** One incident of a caller, and when its calls were refused: the newest times, so that a flood pushes nothing else out. */
interface Sighting {
  readonly incidentId: string;
  readonly times: readonly number[];
  readonly permissions: readonly string[];
  readonly project: string;
  readonly perimeter: PerimeterViolation | null;
}

/** A watch for one process. Callers that the entry does not name whole are many people under one name: not one caller. */
export function createCallerWatch(limits: SuspicionLimits): CallerWatch {
  const callers = new Map<string, ReadonlyMap<string, Sighting>>();
  return {
    observe: async (denial, incidentId) => {
      const key = watchKey(denial);
      if (key === null) return;
      const seen = callers.get(key) ?? new Map<string, Sighting>();
      callers.delete(key);
      callers.set(key, withSighting(seen, denial, incidentId));
      const oldest = callers.size > CALLERS ? callers.keys().next() : null;
      if (oldest !== null && oldest.done !== true) callers.delete(oldest.value);
    },
    judge: async (denial, incidentId) => {
      const seen = sightingsOf(callers, callerKey(denial));
      const near = seen.filter((sighting) => sighting.incidentId !== incidentId && isNear(sighting, denial.at));
      const unnamed = sightingsOf(callers, projectKey(denial)).filter((sighting) => isNear(sighting, denial.at));
      return {
        suspicion: suspicionOf(seen, denial.at, limits),
        shadow: near.find((sighting) => sighting.perimeter !== null)?.perimeter ?? null,
        twins: near.filter((sighting) => sighting.perimeter === null).map((sighting) => sighting.incidentId),
        perimeterNearby: unnamed.length > 0 && denial.perimeter === null ? 'unnamed-caller' : 'none',
      };
    },
  };
}

// Records of perimeters often leave the caller out or shorten the address: those are kept by project.
function watchKey(denial: Denial): string | null {
  return callerKey(denial) ?? (denial.perimeter === null ? null : projectKey(denial));
}

function callerKey({ principal }: Denial): string | null {
  return principal.member === null || principal.kind === 'service-agent'
    ? null
    : `caller ${memberKey(principal.member)}`;
}

function projectKey({ logProject }: Denial): string | null {
  return logProject === null ? null : `project ${formatProject(logProject)}`;
}

function sightingsOf(
  callers: ReadonlyMap<string, ReadonlyMap<string, Sighting>>,
  key: string | null,
): readonly Sighting[] {
  return key === null ? [] : [...(callers.get(key)?.values() ?? [])];
}

function withSighting(
  seen: ReadonlyMap<string, Sighting>,
  denial: Denial,
  incidentId: string,
): ReadonlyMap<string, Sighting> {
  const { scope, permissions, perimeter } = denial;
  const at = millisecondsOf(denial.at);
  const known = seen.get(incidentId)?.times ?? [];
  const times = known.includes(at) ? known : [...known, at].sort((a, b) => a - b).slice(-TIMES_PER_INCIDENT);
  const project = scope.kind === 'project' ? formatProject(scope.project) : '';
  const others = [...seen.values()].filter((sighting) => sighting.incidentId !== incidentId);
  const next = [...others, { incidentId, times, permissions, project, perimeter }].slice(-INCIDENTS_PER_CALLER);
  return new Map(next.map((sighting) => [sighting.incidentId, sighting]));
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

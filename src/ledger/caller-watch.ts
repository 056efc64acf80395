import type { Denial, PerimeterViolation } from '../denial/denial.ts';
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
  judge(denial: Denial): Promise<Judgement>;
}

/** What holds until something else is seen. */
export const NOTHING_SEEN: Judgement = { suspicion: { kind: 'none' }, shadow: null, twins: [] };

export const DEFAULT_SUSPICION_LIMITS: SuspicionLimits = { permissions: 6, projects: 4, windowMinutes: 10 };

/** Two entries of one call are written within seconds of each other; 80 ms were seen. */
const SHADOW_MILLISECONDS = 10_000;
const SIGHTINGS_PER_CALLER = 200;
const CALLERS = 10_000;

interface Sighting {
  readonly at: number;
  readonly entryId: string;
  readonly incidentId: string;
  readonly permissions: readonly string[];
  readonly project: string;
  readonly perimeter: PerimeterViolation | null;
}

/** A watch for one process. Callers that the entry does not name whole are many people under one name, and not counted. */
export function createCallerWatch(limits: SuspicionLimits): CallerWatch {
  const callers = new Map<string, readonly Sighting[]>();
  return {
    observe: async (denial, incidentId) => {
      const caller = watchKey(denial);
      if (caller === null) return;
      const seen = callers.get(caller) ?? [];
      if (seen.some((sighting) => sighting.entryId === denial.entryId)) return;
      callers.delete(caller);
      callers.set(caller, [...seen, sightingOf(denial, incidentId)].slice(-SIGHTINGS_PER_CALLER));
      const oldest = callers.size > CALLERS ? callers.keys().next() : null;
      if (oldest !== null && oldest.done !== true) callers.delete(oldest.value);
    },
    judge: async (denial) => {
      const caller = watchKey(denial);
      return caller === null ? NOTHING_SEEN : judgementOf(callers.get(caller) ?? [], denial, limits);
    },
  };
}

function watchKey({ principal }: Denial): string | null {
  return principal.member === null || principal.kind === 'service-agent' ? null : memberKey(principal.member);
}

function sightingOf(denial: Denial, incidentId: string): Sighting {
  const { scope } = denial;
  return {
    at: millisecondsOf(denial.at),
    entryId: denial.entryId,
    incidentId,
    permissions: denial.permissions,
    project: scope.kind === 'project' ? formatProject(scope.project) : '',
    perimeter: denial.perimeter,
  };
}

function judgementOf(seen: readonly Sighting[], denial: Denial, limits: SuspicionLimits): Judgement {
  const at = millisecondsOf(denial.at);
  const near = seen.filter(
    (sighting) => sighting.entryId !== denial.entryId && Math.abs(sighting.at - at) <= SHADOW_MILLISECONDS,
  );
  return {
    suspicion: suspicionOf(seen, denial.at, limits),
    shadow: near.find((sighting) => sighting.perimeter !== null)?.perimeter ?? null,
    twins: [...new Set(near.filter((sighting) => sighting.perimeter === null).map((sighting) => sighting.incidentId))],
  };
}

// Any window of that length that holds this refusal counts, whichever entry came first.
function suspicionOf(seen: readonly Sighting[], time: Timestamp, limits: SuspicionLimits): Suspicion {
  const at = millisecondsOf(time);
  const length = limits.windowMinutes * 60_000;
  for (const { at: start } of seen) {
    if (start > at || at - start > length) continue;
    const inside = seen.filter(
      (sighting) => sighting.at >= start && sighting.at - start <= length && sighting.perimeter === null,
    );
    const permissions = new Set(inside.flatMap((sighting) => sighting.permissions)).size;
    const projects = new Set(inside.map((sighting) => sighting.project).filter((project) => project !== '')).size;
    if (permissions >= limits.permissions || projects >= limits.projects) {
      return { kind: 'reconnaissance', permissions, projects, windowMinutes: limits.windowMinutes };
    }
  }
  return { kind: 'none' };
}

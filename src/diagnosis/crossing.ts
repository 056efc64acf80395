import type { Denial } from '../denial/denial.ts';
import { formatProject, type ProjectRef } from '../iam/project.ts';
import { type Evidence, knownValue, type ProjectPlace } from './evidence.ts';

/** How the project of an identity relates to the project of the resource it called. */
export type Crossing =
  | { readonly kind: 'same-project' }
  | { readonly kind: 'crossing'; readonly home: string }
  /** An id stands against a number and the look-up that would match them was not possible. */
  | { readonly kind: 'not-known'; readonly home: string }
  | { readonly kind: 'no-home' };

/** Tells whether identity and resource are in different projects. Project ids and numbers are unique, so names decide. */
export function crossingOf(denial: Denial, evidence: Evidence): Crossing {
  if (evidence.home.kind === 'none' || denial.scope.kind !== 'project') return { kind: 'no-home' };
  const { ref, place } = evidence.home;
  const home = namesOf(ref, knownValue(place));
  const target = namesOf(denial.scope.project, knownValue(evidence.project));
  if (home.id !== null && target.id !== null) return same(home.id === target.id, home.id);
  if (home.number !== null && target.number !== null) return same(home.number === target.number, home.number);
  return { kind: 'not-known', home: formatProject(ref) };
}

function same(isSame: boolean, home: string): Crossing {
  return isSame ? { kind: 'same-project' } : { kind: 'crossing', home };
}

function namesOf(
  ref: ProjectRef,
  place: ProjectPlace | null,
): { readonly id: string | null; readonly number: string | null } {
  return {
    id: place?.id ?? (ref.kind === 'project-id' ? ref.id : null),
    number: place?.number ?? (ref.kind === 'project-number' ? ref.number : null),
  };
}

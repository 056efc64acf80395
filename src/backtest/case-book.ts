import type { Denial } from '../denial/denial.ts';
import { diagnoseEntry } from '../diagnosis/diagnose.ts';
import { type Cause, type Diagnosis, helpOfGrant } from '../diagnosis/diagnosis.ts';
import type { Identity } from '../iam/identity.ts';
import { formatProject } from '../iam/project.ts';
import type { ResourceScope } from '../iam/resource-name.ts';
import { incidentIdOf } from '../ledger/incident-id.ts';
import { NOTHING_SEEN, namesToAsk, watchName } from '../ledger/judge-caller.ts';
import { createInterned } from './interned.ts';
import { type AskedFacts, createStandIns } from './stand-in.ts';

/**
 * All entries of a history that nothing decisive tells apart: the same incident, refused on the same, for the same cause
 * as far as the entry says. They are decided alike, so a history is kept as times and cases and not as entries.
 */
export type Case = IdleCase | RefusedCase;

/** Entries with nothing to do. */
export interface IdleCase {
  readonly kind: 'idle';
  readonly id: number;
  readonly cause: Cause;
}

/** Denials. */
export interface RefusedCase {
  readonly kind: 'refused';
  readonly id: number;
  /** A denial that stands for all of them. */
  readonly denial: Denial;
  /** The place of their incident in the list of incidents. */
  readonly incident: number;
  readonly names: CaseNames;
}

/** The names under which a case is watched, and asked about, as numbers. */
export interface CaseNames {
  readonly watched: number | null;
  readonly caller: number | null;
  readonly project: number | null;
}

/** The cases of a history. */
export interface CaseBook {
  /** The case that a denial belongs to, a new one where it is the first of its kind. */
  caseOf(denial: Denial): Case;
  readonly cases: readonly Case[];
  /** Ids of the incidents. */
  readonly incidents: readonly string[];
}

/** Opens an empty book. `identity` is who Guestlist is. */
export function createCaseBook(identity: Identity, asked: AskedFacts): CaseBook {
  const byKey = new Map<string, Case>();
  const names = createInterned<null>();
  const incidents = createInterned<string>();
  const standIns = createStandIns(asked);
  const cases: Case[] = [];
  const ids: string[] = [];
  const numberOf = (name: string | null) => (name === null ? null : names.of(name, () => null).number);
  const incidentOf = (denial: Denial): number => {
    const id = incidentIdOf(denial);
    return incidents.of(id, () => {
      ids.push(id);
      return id;
    }).number;
  };
  const open = (denial: Denial, settled: Diagnosis | null): Case => {
    const id = cases.length;
    if (settled !== null && isIdle(settled)) return { kind: 'idle', id, cause: settled.cause };
    const { caller, project } = namesToAsk(denial);
    return {
      kind: 'refused',
      id,
      denial: standIns.for(denial, settled),
      incident: incidentOf(denial),
      names: { watched: numberOf(watchName(denial)), caller: numberOf(caller), project: numberOf(project) },
    };
  };
  return {
    cases,
    incidents: ids,
    caseOf: (denial) => {
      const settled = diagnoseEntry({ denial, identity, ...NOTHING_SEEN });
      const key = settled !== null && isIdle(settled) ? settled.cause : keyOf(denial, settled, asked);
      const known = byKey.get(key);
      if (known !== undefined) return known;
      const opened = open(denial, settled);
      cases.push(opened);
      byKey.set(key, opened);
      return opened;
    },
  };
}

function isIdle({ cause }: Diagnosis): boolean {
  return helpOfGrant[cause] === 'nothing-to-do';
}

// Everything that a diagnosis and a decision look at, but for the time. JSON, so that no text can run into the next.
function keyOf(denial: Denial, settled: Diagnosis | null, asked: AskedFacts): string {
  const { principal, status, logProject } = denial;
  return JSON.stringify([
    settled === null ? '' : `${settled.cause} ${settled.certainty}`,
    denial.perimeter === null ? '' : 'perimeter',
    status.code,
    denial.permissionSource,
    denial.origin,
    principal.kind,
    principal.member ?? principal.text,
    logProject === null ? '' : formatProject(logProject),
    scopeName(denial.scope),
    ...denial.permissions,
    '',
    ...denial.refusedOn.map(scopeName),
    '',
    ...denial.errors.map(({ reason }) => reason),
    '',
    ...asked.map((fact) => denial[fact] ?? ''),
  ]);
}

function scopeName(scope: ResourceScope): string {
  return scope.kind === 'project' ? `projects/${formatProject(scope.project)}` : scope.kind;
}

import { helpOfGrant } from '../../diagnosis/diagnosis.ts';
import { knownValue } from '../../diagnosis/evidence.ts';
import { formatProject, type ProjectRef } from '../../iam/project.ts';
import { APPROVAL_RULE } from '../allowlist.ts';
import type { GuardResult } from '../decision.ts';
import { check, type GuardInput, held, notKnown } from '../guard.ts';

/** A grant has to be what helps. */
export function causeIsGrantable({ diagnosis }: GuardInput): GuardResult {
  const isGrantable = helpOfGrant[diagnosis.cause] === 'grant-helps';
  return check(
    'cause-is-grantable',
    isGrantable,
    `a grant helps with ${diagnosis.cause}`,
    `no grant helps with ${diagnosis.cause}`,
  );
}

/** The project's policy and the ancestry of both projects were read. */
export function evidenceWasRead({ evidence }: GuardInput): GuardResult {
  const places = [
    { what: 'the project', place: evidence.project },
    ...(evidence.home.kind === 'home' ? [{ what: 'the home project of the caller', place: evidence.home.place }] : []),
  ];
  const unread = [
    ...(evidence.policy.kind === 'known' ? [] : ['the policy of the project']),
    ...places.flatMap(({ what, place }) => (knownValue(place) === null ? [what] : [])),
    ...places.flatMap(({ what, place }) =>
      knownValue(place)?.ancestors.kind === 'not-readable' ? [`the folders above ${what}`] : [],
    ),
  ];
  const guard = 'evidence-was-read';
  return unread.length === 0
    ? held(guard, 'the policy of the project and the ancestry were read')
    : notKnown(guard, `could not be read: ${unread.join(', ')}`);
}

/** The entry is a whole one from an audit log of the project it names, and nothing in it names another project. */
export function entryAgrees({ denial, evidence }: GuardInput): GuardResult {
  const guard = 'entry-agrees';
  const place = knownValue(evidence.project);
  if (denial.origin !== 'audit-log')
    return check(guard, false, '', 'the entry is not a whole one from an audit log of a project');
  if (denial.logProject === null || denial.scope.kind !== 'project' || place === null) {
    return notKnown(guard, 'the project could not be looked up');
  }
  const isOneProject = [denial.scope, ...denial.refusedOn].every(
    (scope) => scope.kind === 'project' && isNamed(scope.project, place),
  );
  if (!isOneProject) return check(guard, false, '', 'the entry names resources of another project, or of none');
  return check(
    guard,
    isNamed(denial.logProject, place),
    'log and resources are of one project',
    `the entry is in the log of ${formatProject(denial.logProject)}, but names a resource of ${place.id}`,
  );
}

/** The refused permissions are those that Google checked, not guessed from a message or a method. */
export function permissionIsNamed({ denial }: GuardInput): GuardResult {
  const isNamed = denial.permissionSource === 'authorization-info' && denial.permissions.length > 0;
  return check(
    'permission-is-named',
    isNamed,
    'the entry lists the refused permissions',
    `the refused permission was only read from: ${denial.permissionSource}`,
  );
}

/** The diagnosis is as sure as the rule asks. */
export function certaintyIsEnough({ diagnosis, rule }: GuardInput): GuardResult {
  const needed = rule?.certainty ?? 'likely';
  const isEnough = diagnosis.certainty === 'certain' || diagnosis.certainty === needed;
  return check(
    'certainty-is-enough',
    isEnough,
    `${diagnosis.certainty}, and ${needed} is enough`,
    `${diagnosis.certainty}, but ${needed} is needed`,
  );
}

/** Whoever held the role for a time only is granted it for a time only, which a rule has to say. */
export function grantMayStay({ diagnosis, rule }: GuardInput): GuardResult {
  const isLimited = rule !== null && rule.expiresAfterMilliseconds !== null;
  return check(
    'grant-may-stay',
    diagnosis.cause !== 'condition-unmet' || isLimited,
    isLimited ? 'the rule limits the grant in time' : 'the grant need not be limited in time',
    'only a time-limited grant helps, and no matching rule says expiresAfter',
  );
}

/** Guestlist did not make this grant before: what somebody removed is granted again only when a person approves it. */
export function notGrantedBefore({ evidence, rule }: GuardInput): GuardResult {
  const guard = 'not-granted-before';
  const { pastGrant } = evidence;
  if (pastGrant === null) return held(guard, 'Guestlist has not made this grant before');
  const { at, expiresAt, reportId } = pastGrant;
  const before = `Guestlist granted this at ${at} (report ${reportId})`;
  return check(
    guard,
    rule?.id === APPROVAL_RULE,
    `${before}, and a person approved it anew`,
    expiresAt === null
      ? `${before}, and it is gone: somebody removed it`
      : `${before} until ${expiresAt}, and it is gone: it is over, or somebody removed it`,
  );
}

/** No perimeter blocked a call of somebody unnamed in this project within seconds: it could be this very call. */
export function noPerimeterInSight({ evidence }: GuardInput): GuardResult {
  return check(
    'no-perimeter-in-sight',
    evidence.perimeterNearby === 'none',
    'no perimeter blocked an unnamed caller at the same time',
    'a perimeter blocked a call of a caller who is not named, in this project within seconds',
  );
}

function isNamed(ref: ProjectRef, place: { readonly id: string; readonly number: string }): boolean {
  return ref.kind === 'project-id' ? ref.id === place.id : ref.number === place.number;
}

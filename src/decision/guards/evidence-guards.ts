import { helpOfGrant } from '../../diagnosis/diagnosis.ts';
import { knownValue } from '../../diagnosis/evidence.ts';
import { formatProject, type ProjectRef } from '../../iam/project.ts';
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

/** The entry lies in the log of the project it names, and its refused rows name no other project. */
export function entryAgrees({ denial, evidence }: GuardInput): GuardResult {
  const guard = 'entry-agrees';
  if (denial.otherProjects.length > 0) {
    return check(
      guard,
      false,
      '',
      `refused rows name other projects than the resource: ${denial.otherProjects.join(', ')}`,
    );
  }
  const place = knownValue(evidence.project);
  if (denial.logProject === null) return notKnown(guard, 'the entry does not say in which project its log is');
  if (denial.scope.kind !== 'project' || place === null) return notKnown(guard, 'the project could not be looked up');
  const isSame = [denial.logProject, denial.scope.project].every((ref) => isNamed(ref, place));
  return check(
    guard,
    isSame,
    'log and resource are of one project',
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

/** Whoever held the role for a time only is not granted it for good; time-limited grants are made by people so far. */
export function grantMayStay({ diagnosis }: GuardInput): GuardResult {
  return check(
    'grant-may-stay',
    diagnosis.cause !== 'condition-unmet',
    'the grant need not be limited in time',
    'only a time-limited grant helps, which a person has to make',
  );
}

function isNamed(ref: ProjectRef, place: { readonly id: string; readonly number: string }): boolean {
  return ref.kind === 'project-id' ? ref.id === place.id : ref.number === place.number;
}

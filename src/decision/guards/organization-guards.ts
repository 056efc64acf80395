import { type Finding, knownValue, type ProjectPlace } from '../../diagnosis/evidence.ts';
import type { GuardName, GuardResult } from '../decision.ts';
import { check, type GuardInput, held, notKnown } from '../guard.ts';

/** The project was looked up and lies in the organization: a project id proves nothing, anybody can make one. */
export function projectInOrganization({ evidence, allowlist }: GuardInput): GuardResult {
  return isInside('project-in-organization', evidence.project, allowlist.organization);
}

/** The project that the caller's identity lives in was looked up and lies in the organization too. */
export function homeInOrganization({ denial, evidence, allowlist }: GuardInput): GuardResult {
  const guard = 'home-in-organization';
  const { principal } = denial;
  if (principal.kind === 'agent-identity' && principal.organization !== allowlist.organization) {
    return check(guard, false, '', `the agent identity belongs to organization ${principal.organization}`);
  }
  return evidence.home.kind === 'none'
    ? held(guard, 'the caller has no home project')
    : isInside(guard, evidence.home.place, allowlist.organization);
}

function isInside(guard: GuardName, place: Finding<ProjectPlace>, organization: string | null): GuardResult {
  if (organization === null) return notKnown(guard, 'no allowlist names the organization');
  const project = knownValue(place);
  if (project === null) return notKnown(guard, `the project could not be looked up in organization ${organization}`);
  const ancestors = knownValue(project.ancestors);
  if (ancestors === null)
    return notKnown(guard, `what is above ${project.id} could not be read up to the organization`);
  if (project.state !== 'ACTIVE') return check(guard, false, '', `${project.id} is in state ${project.state}`);
  const isInOrganization = ancestors.at(-1) === `organizations/${organization}`;
  return check(
    guard,
    isInOrganization,
    `${project.id} lies in organization ${organization}`,
    `${project.id} does not lie in organization ${organization}`,
  );
}

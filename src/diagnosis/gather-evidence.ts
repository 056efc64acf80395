import type { Denial } from '../denial/denial.ts';
import { hasLostCondition, type Policy } from '../iam/policy.ts';
import { homeOf, isSameMember, type Principal } from '../iam/principal.ts';
import { formatProject, type ProjectRef } from '../iam/project.ts';
import { isCustomRole, predefinedAiRole, type Role } from '../iam/role.ts';
import {
  type Evidence,
  type EvidencePorts,
  type Finding,
  type HomeEvidence,
  known,
  knownValue,
  type Look,
  notReadable,
  type PolicyFinding,
  type PolicyReader,
  type ProjectPlace,
} from './evidence.ts';

/** Evidence for a denial that nothing was looked up for, and why not. */
export function noEvidence(denial: Denial, roleName: string, why: string): Evidence {
  const home = homeOf(denial.principal);
  return {
    project: notReadable(why),
    policy: notReadable(why),
    inherited: [],
    home:
      home === null ? { kind: 'none' } : { kind: 'home', ref: home, place: notReadable(why), policy: notReadable(why) },
    role: shippedRole(roleName) ?? notReadable(why),
    boundRoles: new Map(),
    explanation: { kind: 'absent', detail: why },
    pastGrant: null,
    perimeterNearby: 'none',
  };
}

/**
 * Reads what a denial needs to be explained: the project, its policy and those above it, the principal's home project,
 * and the custom roles involved. Answers that may not be read come back as such; failures that pass are thrown as
 * `Redeliver` by the ports.
 */
export async function gatherEvidence(denial: Denial, roleName: string, ports: EvidencePorts): Promise<Evidence> {
  if (denial.scope.kind !== 'project') return noEvidence(denial, roleName, 'the entry names no project');
  const place = await ports.projects.findProject(denial.scope.project);
  const project = knownValue(place)?.id ?? formatProject(denial.scope.project);
  // Before the policy: what is on record as given has been written by now, and has to be seen where it still stands.
  const pastGrant = await ports.grants.lastGrant(project, roleName, denial.principal.member ?? '', denial.at);
  const [target, home, role] = await Promise.all([
    readTarget(place, project, pastGrant === null ? 'shared' : 'own', ports.policies),
    readHome(homeOf(denial.principal), denial.scope.project, ports),
    shippedRole(roleName) ?? ports.roles.readRole(roleName),
  ]);
  const policies = [target.policy, ...target.inherited.map((finding) => finding.policy)];
  const [boundRoles, explanation] = await Promise.all([
    readBoundRoles(denial.principal, policies, ports),
    ports.troubleshooter.explain({ ...denial, project }),
  ]);
  return { ...target, home, role, boundRoles, explanation, pastGrant, perimeterNearby: 'none' };
}

async function readTarget(place: Finding<ProjectPlace>, id: string, look: Look, { readPolicy }: PolicyReader) {
  const [policy, inherited] = await Promise.all([
    readPolicy(`projects/${id}`, look),
    readInherited(knownValue(place), readPolicy),
  ]);
  return { project: place, policy: readableOnly(policy), inherited };
}

async function readInherited(
  place: ProjectPlace | null,
  readPolicy: PolicyReader['readPolicy'],
): Promise<readonly PolicyFinding[]> {
  const ancestors = place === null ? null : knownValue(place.ancestors);
  return Promise.all(
    (ancestors ?? []).map(async (resource) => ({
      resource,
      policy: readableOnly(await readPolicy(resource, 'shared')),
    })),
  );
}

async function readHome(home: ProjectRef | null, target: ProjectRef, ports: EvidencePorts): Promise<HomeEvidence> {
  if (home === null) return { kind: 'none' };
  const isTarget = formatProject(home) === formatProject(target);
  const [place, policy] = await Promise.all([
    ports.projects.findProject(home),
    isTarget ? notReadable('the same project') : ports.policies.readPolicy(`projects/${formatProject(home)}`, 'shared'),
  ]);
  return { kind: 'home', ref: home, place, policy };
}

async function readBoundRoles(principal: Principal, policies: readonly Finding<Policy>[], ports: EvidencePorts) {
  const { member } = principal;
  if (member === null) return new Map<string, Finding<Role>>();
  const names = policies
    .flatMap((policy) => knownValue(policy)?.bindings ?? [])
    .filter((binding) => isCustomRole(binding.role) && binding.members.some((bound) => isSameMember(bound, member)))
    .map((binding) => binding.role);
  const reads = [...new Set(names)].map(
    async (name): Promise<[string, Finding<Role>]> => [name, await ports.roles.readRole(name)],
  );
  return new Map(await Promise.all(reads));
}

// A policy whose conditions were cut off would make conditional access look unconditional.
function readableOnly(policy: Finding<Policy>): Finding<Policy> {
  const isCut = knownValue(policy)?.bindings.some(hasLostCondition) ?? false;
  return isCut ? notReadable('the policy came without its conditions (a role ends in _withcond_)') : policy;
}

function shippedRole(name: string): Finding<Role> | null {
  const role = predefinedAiRole(name);
  return role === null ? null : known(role);
}

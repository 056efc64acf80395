import {
  type EvidencePorts,
  type Explanation,
  type ExplanationQuestion,
  type Finding,
  known,
  NO_GRANTS,
  notReadable,
  type ProjectPlace,
} from '../diagnosis/evidence.ts';
import { parsePermission } from '../iam/permission.ts';
import type { Policy } from '../iam/policy.ts';
import { isSameMember } from '../iam/principal.ts';
import { formatProject, type ProjectRef } from '../iam/project.ts';
import type { Role } from '../iam/role.ts';
import type { World, WorldProject } from './world.ts';

/** Evidence read straight from a world: what it does not hold is not readable. */
export function worldEvidence(world: World): EvidencePorts {
  return {
    projects: { findProject: async (ref) => findProject(world, ref) },
    policies: { readPolicy: async (resource) => readPolicy(world, resource) },
    roles: { readRole: async (name) => readRole(world, name) },
    troubleshooter: { explain: async (question) => explain(world, question) },
    grants: NO_GRANTS,
  };
}

function findProject(world: World, ref: ProjectRef): Finding<ProjectPlace> {
  const project = projectNamed(world, formatProject(ref));
  if (project === null) return notReadable(`projects/${formatProject(ref)} does not exist or may not be read`);
  return known({
    id: project.projectId,
    number: project.projectNumber,
    state: project.state,
    ancestors: ancestorsFrom(world, project.parent),
  });
}

function ancestorsFrom(world: World, parent: string): Finding<readonly string[]> {
  const ancestors: string[] = [];
  let next = parent;
  while (next.startsWith('folders/')) {
    if (ancestors.includes(next)) return notReadable(`${next} is its own ancestor`);
    ancestors.push(next);
    const folder = world.folders.find((candidate) => candidate.name === next);
    if (folder === undefined) return notReadable(`${next} may not be read`);
    next = folder.parent;
  }
  return known(next === '' ? ancestors : [...ancestors, next]);
}

function readPolicy(world: World, resource: string): Finding<Policy> {
  const [collection, name = ''] = resource.split('/');
  const holder =
    collection === 'projects'
      ? projectNamed(world, name)
      : [world.organization, ...world.folders].find((node) => node.name === resource);
  return holder?.policy ? known(holder.policy) : notReadable(`the policy of ${resource} may not be read`);
}

function readRole(world: World, name: string): Finding<Role> {
  const role = world.roles.find((candidate) => candidate.name === name);
  if (role === undefined) return notReadable(`${name} may not be read`);
  const permissions = role.includedPermissions.map((permission) => parsePermission(permission) ?? permission);
  return known({ name, title: role.title === '' ? name : role.title, permissions: new Set(permissions) });
}

// The world's explanations are what the Policy Troubleshooter would say; without one it has nothing to say.
function explain(world: World, { principal, permissions, project }: ExplanationQuestion): Finding<Explanation> {
  const found = world.explanations.find(
    (candidate) =>
      isSameMember(candidate.principal, principal.member ?? '') &&
      candidate.project === project &&
      permissions.includes(candidate.permission),
  );
  if (found === undefined) return { kind: 'absent', detail: 'the world holds no explanation' };
  const { denied, policy } = found;
  if (denied === 'deny-policy' || denied === 'access-boundary' || denied === 'nothing')
    return known({ denied, policy });
  return notReadable(`the world's explanation says ${JSON.stringify(denied)}`);
}

function projectNamed(world: World, name: string): WorldProject | null {
  return world.projects.find((project) => project.projectId === name || project.projectNumber === name) ?? null;
}

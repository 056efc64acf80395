import { randomBytes } from 'node:crypto';
import type { Policy } from '../iam/policy.ts';
import type { World, WorldNode, WorldProject, WorldRole } from './world.ts';

/** A world that can be written to, with a memory of what was asked of it. */
export interface WorldState {
  project(name: string): WorldProject | null;
  folder(name: string): WorldNode | null;
  organization(name: string): WorldNode | null;
  role(name: string): WorldRole | null;
  /** What lies directly under an organization or folder. */
  children(parent: string): { readonly projects: readonly WorldProject[]; readonly folders: readonly WorldNode[] };
  /** The policy at this moment, or null when there is no such resource or it may not be read. */
  policy(resource: string): Policy | null;
  /** Stores a policy under a new etag and remembers the write. */
  write(resource: string, policy: Policy, requestReason: string): Policy;
  readonly writes: readonly PolicyWriteRecord[];
}

/** One write of a policy. */
export interface PolicyWriteRecord {
  readonly resource: string;
  readonly requestReason: string;
  readonly before: Policy;
  readonly after: Policy;
}

/** Makes a world writable. The world itself is left as it is. `newEtag` gives a text that no policy had before. */
export function createWorldState(world: World, newEtag: () => string = randomEtag): WorldState {
  const stamped = (policy: Policy): Policy => (policy.etag === '' ? { ...policy, etag: newEtag() } : policy);
  const policies = new Map<string, Policy>();
  const writes: PolicyWriteRecord[] = [];
  for (const node of [world.organization, ...world.folders]) {
    if (node.policy !== null) policies.set(node.name, stamped(node.policy));
  }
  for (const project of world.projects) {
    if (project.policy !== null) policies.set(`projects/${project.projectNumber}`, stamped(project.policy));
  }
  const project = (name: string) =>
    world.projects.find((candidate) =>
      [`projects/${candidate.projectId}`, `projects/${candidate.projectNumber}`].includes(name),
    ) ?? null;
  const keyOf = (resource: string) => {
    const found = project(resource);
    return found === null ? resource : `projects/${found.projectNumber}`;
  };
  return {
    project,
    folder: (name) => world.folders.find((candidate) => candidate.name === name) ?? null,
    organization: (name) => (world.organization.name === name ? world.organization : null),
    role: (name) => world.roles.find((candidate) => candidate.name === name) ?? null,
    children: (parent) => ({
      projects: world.projects.filter((candidate) => candidate.parent === parent),
      folders: world.folders.filter((candidate) => candidate.parent === parent),
    }),
    policy: (resource) => policies.get(keyOf(resource)) ?? null,
    write: (resource, policy, requestReason) => {
      const before = policies.get(keyOf(resource)) ?? policy;
      const after = { ...policy, etag: newEtag() };
      policies.set(keyOf(resource), after);
      writes.push({ resource, requestReason, before, after });
      return after;
    },
    writes,
  };
}

function randomEtag(): string {
  return randomBytes(8).toString('base64');
}

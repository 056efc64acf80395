import type { Denial } from '../denial/denial.ts';
import { isOneAccount, isPerson } from '../iam/member-set.ts';
import type { Policy } from '../iam/policy.ts';
import { emailOf, homeOf } from '../iam/principal.ts';
import { formatProject, type ProjectRef } from '../iam/project.ts';
import type { Role } from '../iam/role.ts';
import {
  type EvidencePorts,
  type Finding,
  knownValue,
  notReadable,
  type PolicyFinding,
  type PolicyReader,
} from './evidence.ts';

/** What tells who can act as a workload: the policies that hold for its identity, and the roles that matter in them. */
export interface ActorEvidence {
  /** The identity's own policy where it has one, that of its project, and those above. */
  readonly policies: readonly PolicyFinding[];
  /** Roles that the person holds there, or a set of accounts that the person may be in. */
  readonly roles: ReadonlyMap<string, Finding<Role>>;
  /** Those of the resources that hold for the project of the grant too. */
  readonly shared: ReadonlySet<string>;
}

/** So many roles are looked up; a policy that needs more is for people to read. */
const MOST_ROLES = 100;

/**
 * Reads who can act as the caller, for one person (e-mail address); null where the caller is no workload. `project` is
 * the project of the grant. What may not be read comes back as such.
 */
export async function gatherActors(
  { principal }: Denial,
  person: string,
  project: ProjectRef,
  ports: Pick<EvidencePorts, 'projects' | 'policies' | 'roles'>,
  accountPolicies: PolicyReader,
): Promise<ActorEvidence | null> {
  const home = homeOf(principal);
  if (home === null) return null;
  const email = emailOf(principal);
  const [own, above, target] = await Promise.all([
    email === null ? [] : readAll([email], accountPolicies),
    chainOf(home, ports),
    chainOf(project, ports),
  ]);
  const found = [...own, ...(await readAll(knownValue(above) ?? [], ports.policies))];
  const policies =
    above.kind === 'known' ? found : [...found, { resource: `projects/${formatProject(home)}`, policy: above }];
  const shared = new Set(knownValue(target) ?? []);
  return { policies, shared, roles: await readRoles(policies, person, ports) };
}

// The project and everything above it, by one name each.
async function chainOf(
  project: ProjectRef,
  { projects }: Pick<EvidencePorts, 'projects'>,
): Promise<Finding<readonly string[]>> {
  const place = await projects.findProject(project);
  if (place.kind !== 'known') return place;
  const { id, ancestors } = place.value;
  return ancestors.kind === 'known' ? { kind: 'known', value: [`projects/${id}`, ...ancestors.value] } : ancestors;
}

function readAll(resources: readonly string[], { readPolicy }: PolicyReader): Promise<readonly PolicyFinding[]> {
  return Promise.all(resources.map(async (resource) => ({ resource, policy: await readPolicy(resource) })));
}

async function readRoles(
  policies: readonly PolicyFinding[],
  person: string,
  { roles }: Pick<EvidencePorts, 'roles'>,
): Promise<ActorEvidence['roles']> {
  const bindings = policies.flatMap(({ policy }) => knownValue<Policy>(policy)?.bindings ?? []);
  const names = bindings
    .filter(({ members }) => members.some((member) => isPerson(member, person) || !isOneAccount(member)))
    .map(({ role }) => role);
  const reads = [...new Set(names)].map(
    async (name, index): Promise<[string, Finding<Role>]> => [
      name,
      index < MOST_ROLES ? await roles.readRole(name) : notReadable('too many roles to look up'),
    ],
  );
  return new Map(await Promise.all(reads));
}

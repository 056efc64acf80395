import { knownValue } from '../diagnosis/evidence.ts';
import type { ActorEvidence } from '../diagnosis/gather-actors.ts';
import { isOneAccount, isPerson } from '../iam/member-set.ts';
import type { Binding } from '../iam/policy.ts';

/** Permissions with which one can act as a service account, or let somebody do so (iam/docs/service-account-permissions). */
const ACTING: readonly string[] = [
  'iam.serviceAccounts.actAs',
  'iam.serviceAccounts.getAccessToken',
  'iam.serviceAccounts.getOpenIdToken',
  'iam.serviceAccounts.implicitDelegation',
  'iam.serviceAccounts.signBlob',
  'iam.serviceAccounts.signJwt',
  'iam.serviceAccounts.setIamPolicy',
  'iam.serviceAccountKeys.create',
  'iam.workloadIdentityPoolProviders.create',
  'iam.workloadIdentityPoolProviders.update',
  'iam.roles.update',
];

/** Permissions with which one can let anybody do anything below. */
const POLICY_WRITING: readonly string[] = [
  'resourcemanager.projects.setIamPolicy',
  'resourcemanager.folders.setIamPolicy',
  'resourcemanager.organizations.setIamPolicy',
];

/** Roles that are known to hold some of these, whatever a look-up says. */
const ACTING_ROLES: ReadonlySet<string> = new Set([
  'roles/editor',
  'roles/iam.serviceAccountAdmin',
  'roles/iam.serviceAccountKeyAdmin',
  'roles/iam.serviceAccountOpenIdTokenCreator',
  'roles/iam.serviceAccountTokenCreator',
  'roles/iam.serviceAccountUser',
  'roles/iam.workloadIdentityPoolAdmin',
  'roles/iam.workloadIdentityUser',
]);
const POLICY_WRITING_ROLES: ReadonlySet<string> = new Set([
  'roles/owner',
  'roles/iam.securityAdmin',
  'roles/resourcemanager.folderAdmin',
  'roles/resourcemanager.folderIamAdmin',
  'roles/resourcemanager.organizationAdmin',
  'roles/resourcemanager.projectIamAdmin',
]);

/**
 * Why a person (e-mail address) cannot be taken for independent of the workload that a grant serves, or null. A set of
 * accounts that can act as it may hold the person, and who is in it is not visible; one that could make the grant by
 * itself needs no approval and is no objection.
 */
export function objectionToActor(person: string, { policies, roles, shared }: ActorEvidence): string | null {
  for (const { resource, policy } of policies) {
    const found = knownValue(policy);
    if (found === null)
      return `who can act as the service account could not be looked up (${resource}), so nobody can be told to be independent of it`;
    for (const binding of found.bindings) {
      const objection = objectionTo(binding, person, resource, { roles, shared });
      if (objection !== null) return objection;
    }
  }
  return null;
}

function objectionTo(
  { role, members }: Binding,
  person: string,
  resource: string,
  { roles, shared }: Pick<ActorEvidence, 'roles' | 'shared'>,
): string | null {
  const named = members.some((member) => isPerson(member, person));
  const set = members.find((member) => !isOneAccount(member));
  if (!named && set === undefined) return null;
  const reach = reachOf(role, roles);
  if (reach === 'none' || (!named && reach === 'writes-policies' && shared.has(resource))) return null;
  const who = named ? `${person} holds` : `${set} holds`;
  const why =
    reach === 'unknown'
      ? 'and what that allows could not be looked up'
      : named
        ? 'and could act as the service account'
        : `and could act as the service account; whether ${person} is in it is not visible`;
  return `${who} ${role} on ${resource} ${why}; somebody else has to approve, or grant it by hand`;
}

type Reach = 'none' | 'acts' | 'writes-policies' | 'unknown';

function reachOf(role: string, roles: ActorEvidence['roles']): Reach {
  const found = roles.get(role);
  const permissions = found?.kind === 'known' ? found.value.permissions : new Set<string>();
  if (POLICY_WRITING_ROLES.has(role) || POLICY_WRITING.some((permission) => permissions.has(permission)))
    return 'writes-policies';
  if (ACTING_ROLES.has(role) || ACTING.some((permission) => permissions.has(permission))) return 'acts';
  // A role that does not exist gives nothing.
  return found === undefined || found.kind === 'not-readable' ? 'unknown' : 'none';
}

import { knownValue } from '../diagnosis/evidence.ts';
import type { Binding } from '../iam/policy.ts';
import { isSameMember } from '../iam/principal.ts';
import { type Check, type CheckResult, type Installation, note, notLookedAt, ok, wrong } from './installation.ts';

const NAME = 'permissions';
const WRITE = 'resourcemanager.projects.setIamPolicy';
const READS = ['resourcemanager.projects.get', 'resourcemanager.projects.getIamPolicy', 'resourcemanager.folders.get'];

/** Guestlist's identity has to be able to look, and may write at most the one role. */
export const checkPermissions: Check = (installation) => {
  const { identity, organization } = installation;
  if (identity.kind !== 'account')
    return [wrong(NAME, 'who Guestlist runs as is not known', 'Set GUESTLIST_IDENTITY to its service account.')];
  if (organization.kind !== 'known') return [notLookedAt(NAME, "the organization's policy", organization)];
  const bindings = organization.value.bindings.filter(({ members }) =>
    members.some((member) => isSameMember(member, `serviceAccount:${identity.email}`)),
  );
  if (bindings.length === 0)
    return [note(NAME, `the organization binds ${identity.email} to nothing; folders or projects may`)];
  return [...readResults(bindings, installation), ...writeResults(bindings, installation)];
};

function readResults(bindings: readonly Binding[], { roles }: Installation): readonly CheckResult[] {
  const unread = bindings.flatMap(({ role }) => (roles.get(role)?.kind === 'known' ? [] : [role]));
  const held = new Set(
    bindings.flatMap(({ role }) => [...(knownValue(roles.get(role) ?? NOT_ASKED)?.permissions ?? [])]),
  );
  const missing = READS.filter((permission) => !held.has(permission));
  if (missing.length === 0) return [ok(NAME, 'it may read projects, folders and their policies')];
  if (unread.length > 0) return [notLookedAt(NAME, `the permissions of ${unread.join(', ')}`, NOT_ASKED)];
  return [wrong(NAME, `it lacks ${missing.join(', ')}`, 'Apply the deployment again.')];
}

const NOT_ASKED = { kind: 'not-readable', detail: 'the role could not be looked up' } as const;

function writeResults(bindings: readonly Binding[], { roles, allowlist }: Installation): readonly CheckResult[] {
  const writing = bindings.filter(
    ({ role }) => WRITING.has(role) || (knownValue(roles.get(role) ?? NOT_ASKED)?.permissions.has(WRITE) ?? false),
  );
  if (writing.length === 0)
    return [
      allowlist.mode === 'apply'
        ? wrong(
            NAME,
            `the mode is apply, and nothing lets it write policies`,
            'Set apply = true in the deployment, or mode: propose.',
          )
        : note(NAME, 'it may write no policy: it proposes only'),
    ];
  return writing.map(({ role, condition }) => limitResult(role, condition?.expression ?? null, allowlist.role));
}

/** The condition that holds a policy write to bindings of one role (iam/docs/setting-limits-on-granting-roles). */
function limitResult(role: string, expression: string | null, granted: string): CheckResult {
  const limit = `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['${granted}'])`;
  if (expression?.replaceAll(/\s+/g, '') === limit.replaceAll(/\s+/g, ''))
    return ok(NAME, `${role} lets it write bindings of ${granted} and of no other role`);
  return wrong(
    NAME,
    `${role} lets it write policies ${expression === null ? 'without any limit' : `under the condition ${expression}`}`,
    `Bind it under the condition ${limit}.`,
  );
}

const WRITING: ReadonlySet<string> = new Set([
  'roles/owner',
  'roles/resourcemanager.projectIamAdmin',
  'roles/resourcemanager.folderIamAdmin',
  'roles/resourcemanager.organizationAdmin',
  'roles/iam.securityAdmin',
]);

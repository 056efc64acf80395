import type { Denial } from '../../denial/denial.ts';
import { digest } from '../../iam/digest.ts';
import { isPolicyWriting, type Permission, serviceOf } from '../../iam/permission.ts';
import { parseProject } from '../../iam/project.ts';
import { policyWritingPermissions, type Role, smallestAiRoleWith } from '../../iam/role.ts';
import type { Change } from '../../remediation/change.ts';
import { consoleLinks } from '../console-links.ts';
import { quoteHcl } from '../quote-hcl.ts';
import { plainLine, quoteShell } from '../quote-shell.ts';
import type { Remedy } from '../report.ts';
import { CONFLICT_NOTE, gcloudGrant } from './grant-commands.ts';
import { gcloud, note } from './remedy-kinds.ts';
import { terraformGrant, terraformGrantOf } from './terraform-grant.ts';

/** Ways to give a caller exactly what was refused: the smallest predefined role, or a custom one with nothing beyond. */
export function roleAdvice({ permissions, principal, scope }: Denial, project: string): readonly Remedy[] {
  const { member } = principal;
  if (member === null || scope.kind !== 'project') return [];
  if (!areVertexAi(permissions)) return foreignRoles(permissions);
  const grant = { project, member, condition: null, expiresAt: null };
  const commands = [
    ...smallestRole('Grant', smallestAiRoleWith(permissions), permissions, grant),
    ...customRole(permissions, grant),
  ];
  return commands.some(({ kind }) => kind === 'gcloud') ? [...commands, CONFLICT_NOTE] : commands;
}

/**
 * For a grant that was decided: roles with less beyond what was refused, which the allowlist could name instead. `held`
 * is how many permissions the decided role holds; null where that is not known.
 */
export function narrowerRoles(
  permissions: readonly Permission[],
  change: Change,
  held: number | null,
  state: 'made' | 'to-make',
): readonly Remedy[] {
  if (permissions.length === 0 || !areVertexAi(permissions) || held === permissions.length) return [];
  const smallest = smallestAiRoleWith(permissions);
  const narrower =
    smallest !== null && smallest.permissions.size < (held ?? Number.POSITIVE_INFINITY) ? smallest : null;
  if (state === 'made') return narrower === null ? [] : [noteOnSize(narrower, permissions)];
  return [...smallestRole('Or grant', narrower, permissions, change), ...customRole(permissions, change)];
}

/** A grant whose role is to be chosen. */
type Grant = Omit<Change, 'role'>;

function areVertexAi(permissions: readonly Permission[]): boolean {
  return permissions.every((permission) => serviceOf(permission) === 'aiplatform');
}

function smallestRole(
  verb: 'Grant' | 'Or grant',
  role: Role | null,
  permissions: readonly Permission[],
  grant: Grant,
): readonly Remedy[] {
  if (role === null) return [];
  // No command to paste for a role with which its holder could grant anything: that wants a thought first.
  if (policyWritingPermissions(role).length > 0) return [noteOnSize(role, permissions)];
  const change: Change = { ...grant, role: role.name };
  const title = `${verb} the smallest predefined role, ${role.title} (${role.name})`;
  return [
    noteOnSize(role, permissions),
    { ...gcloud(`${title}, with gcloud`, gcloudGrant(change)), link: consoleLinks.iam(change.project) },
    { kind: 'terraform', title: `${title}, with Terraform`, text: terraformGrant(change).hcl },
  ];
}

function noteOnSize(role: Role, permissions: readonly Permission[]): Remedy {
  const beyond = role.permissions.size - permissions.length;
  const warning = policyWritingPermissions(role).length === 0 ? '' : ' It can change access policies: think twice.';
  const text = `${role.name} (${role.title}) holds all of it and ${beyond} ${beyond === 1 ? 'permission' : 'permissions'} beyond.${warning}`;
  return note('The smallest predefined role', text);
}

/** A custom role with exactly the refused permissions, made and granted; ready to paste. */
function customRole(permissions: readonly Permission[], grant: Grant): readonly Remedy[] {
  const { project } = grant;
  // A custom role belongs to a project by its id.
  if (permissions.length === 0 || permissions.some(isPolicyWriting) || parseProject(project)?.kind !== 'project-id')
    return [];
  const roleId = customRoleId(permissions);
  const change: Change = { ...grant, role: `projects/${project}/roles/${roleId}` };
  const title = 'Or make and grant a custom role with exactly the refused permissions';
  return [
    gcloud(`${title}, with gcloud`, `${gcloudRole(roleId, permissions, project)}\n${gcloudGrant(change)}`),
    { kind: 'terraform', title: `${title}, with Terraform`, text: terraformRole(roleId, permissions, change) },
  ];
}

// The same permissions make the same id, and others another, so a role that is there already is the right one.
function customRoleId(permissions: readonly Permission[]): string {
  return `agentPlatformCaller_${digest([...permissions].sort()).slice(0, 8)}`;
}

const ROLE_TITLE = 'Agent Platform caller (Vertex AI)';

// Without a stage gcloud makes an alpha role.
function gcloudRole(roleId: string, permissions: readonly Permission[], project: string): string {
  return [
    `gcloud iam roles create ${quoteShell(roleId)} --project=${quoteShell(project)}`,
    `  --title=${quoteShell(ROLE_TITLE)} --stage=GA`,
    `  --permissions=${quoteShell(permissions.join(','))}`,
  ].join(' \\\n');
}

function terraformRole(roleId: string, permissions: readonly Permission[], change: Change): string {
  const name = `guestlist_${roleId}`;
  return [
    `resource "google_project_iam_custom_role" ${quoteHcl(name)} {`,
    `  project     = ${quoteHcl(change.project)}`,
    `  role_id     = ${quoteHcl(roleId)}`,
    `  title       = ${quoteHcl(ROLE_TITLE)}`,
    `  permissions = [${permissions.map(quoteHcl).join(', ')}]`,
    '}',
    '',
    terraformGrantOf(change, `google_project_iam_custom_role.${name}.id`).hcl,
  ].join('\n');
}

/** Permissions of other services that Vertex AI calls are refused for: the role, and the resource it belongs on. */
const FOREIGN: ReadonlyMap<Permission, string> = new Map([
  ['serviceusage.services.use', 'roles/serviceusage.serviceUsageConsumer on the quota project'],
  [
    'iam.serviceAccounts.getAccessToken',
    'roles/iam.serviceAccountTokenCreator on the service account (roles/iam.workloadIdentityUser for a federated caller)',
  ],
  ['iam.serviceAccounts.actAs', 'roles/iam.serviceAccountUser on the service account'],
  ['storage.objects.get', 'roles/storage.objectViewer on the bucket'],
]);

/** One line for each permission outside Vertex AI: what to grant, and where. */
export function foreignRoles(permissions: readonly Permission[]): readonly Remedy[] {
  const lines = permissions
    .filter((permission) => serviceOf(permission) !== 'aiplatform')
    .map(
      (permission) =>
        `${plainLine(permission)}: ${FOREIGN.get(permission) ?? 'look up the role of its service that holds it'}`,
    );
  return [note('The role belongs to another service', lines.join('\n'))];
}

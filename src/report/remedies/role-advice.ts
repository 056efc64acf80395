import type { Denial } from '../../denial/denial.ts';
import { isPolicyWriting, type Permission, serviceOf } from '../../iam/permission.ts';
import { formatProject } from '../../iam/project.ts';
import { policyWritingPermissions, type Role, smallestAiRoleWith } from '../../iam/role.ts';
import type { Change } from '../../remediation/change.ts';
import { consoleLinks } from '../console-links.ts';
import { quoteHcl } from '../quote-hcl.ts';
import { plainLine, quoteShell } from '../quote-shell.ts';
import type { Remedy } from '../report.ts';
import { gcloudGrant, terraformGrant } from './grant-commands.ts';

/** Ways to give a caller exactly what was refused: the smallest predefined role, or a custom one with nothing beyond. */
export function roleAdvice(denial: Denial): readonly Remedy[] {
  const { permissions, principal, scope } = denial;
  if (principal.member === null || scope.kind !== 'project') return [];
  const project = formatProject(scope.project);
  const smallest = smallestAiRoleWith(permissions);
  const isVertexAi = permissions.every((permission) => serviceOf(permission) === 'aiplatform');
  return [
    ...(smallest === null ? [] : smallestRole(smallest, permissions, project, principal.member)),
    ...(isVertexAi ? customRole(permissions, project) : foreignRoles(permissions)),
  ];
}

/** For a grant that was decided: the roles with less beyond what was refused, which the allowlist could name instead. */
export function narrowerRoles(permissions: readonly Permission[], project: string, granted: string): readonly Remedy[] {
  const smallest = smallestAiRoleWith(permissions);
  const isVertexAi = permissions.every((permission) => serviceOf(permission) === 'aiplatform');
  if (permissions.length === 0 || !isVertexAi) return [];
  return [
    ...(smallest === null || smallest.name === granted ? [] : [noteOnSize(smallest, permissions)]),
    ...customRole(permissions, project),
  ];
}

function noteOnSize(role: Role, permissions: readonly Permission[]): Remedy {
  const beyond = role.permissions.size - permissions.length;
  const warning = policyWritingPermissions(role).length === 0 ? '' : ' It can change access policies: think twice.';
  const text = `${role.name} (${role.title}) holds all of it and ${beyond} ${beyond === 1 ? 'permission' : 'permissions'} beyond.${warning}`;
  return { kind: 'note', title: 'The smallest predefined role', text };
}

function smallestRole(
  role: Role,
  permissions: readonly Permission[],
  project: string,
  member: string,
): readonly Remedy[] {
  const change: Change = { project, role: role.name, member, condition: null, expiresAt: null };
  // No command to paste for a role with which its holder could grant anything: that wants a thought first.
  if (policyWritingPermissions(role).length > 0) return [noteOnSize(role, permissions)];
  const title = `Grant the smallest predefined role, ${role.title} (${role.name})`;
  return [
    noteOnSize(role, permissions),
    { kind: 'gcloud', title: `${title} with gcloud`, text: gcloudGrant(change), link: consoleLinks.iam(project) },
    { kind: 'terraform', title: `${title} with Terraform`, text: terraformGrant(change) },
  ];
}

const CUSTOM_ROLE_ID = 'vertexAiCaller';

/** A custom role with exactly the refused permissions, ready to paste. */
function customRole(permissions: readonly Permission[], project: string): readonly Remedy[] {
  if (permissions.some(isPolicyWriting)) return [];
  const gcloud = [
    `gcloud iam roles create ${CUSTOM_ROLE_ID} --project=${quoteShell(project)}`,
    `  --title=${quoteShell('Vertex AI caller')}`,
    `  --permissions=${quoteShell(permissions.join(','))}`,
  ].join(' \\\n');
  const terraform = [
    'resource "google_project_iam_custom_role" "vertex_ai_caller" {',
    `  project     = ${quoteHcl(project)}`,
    `  role_id     = ${quoteHcl(CUSTOM_ROLE_ID)}`,
    '  title       = "Vertex AI caller"',
    `  permissions = [${permissions.map(quoteHcl).join(', ')}]`,
    '}',
  ].join('\n');
  return [
    { kind: 'gcloud', title: 'Or make a custom role with exactly the refused permissions, with gcloud', text: gcloud },
    { kind: 'terraform', title: 'Or make that custom role with Terraform', text: terraform },
  ];
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
  return [{ kind: 'note', title: 'The role belongs to another service', text: lines.join('\n') }];
}

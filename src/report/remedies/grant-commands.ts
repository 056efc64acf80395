import type { Condition } from '../../iam/policy.ts';
import type { Change } from '../../remediation/change.ts';
import { quoteHcl } from '../quote-hcl.ts';
import { quoteShell } from '../quote-shell.ts';

/** The gcloud command that makes a change. `--condition=None` keeps it working in policies that hold conditions. */
export function gcloudGrant(change: Change): string {
  return gcloudBinding('add-iam-policy-binding', change);
}

/** The gcloud command that takes exactly this binding away again. */
export function gcloudUndo(change: Change): string {
  return gcloudBinding('remove-iam-policy-binding', change);
}

/** The Terraform resource that makes a change, and with it keeps it. */
export function terraformGrant(change: Change): string {
  return [
    `resource "google_project_iam_member" ${quoteHcl(terraformName(change))} {`,
    `  project = ${quoteHcl(change.project)}`,
    `  role    = ${quoteHcl(change.role)}`,
    `  member  = ${quoteHcl(change.member)}`,
    ...(change.condition === null ? [] : terraformCondition(change.condition)),
    '}',
  ].join('\n');
}

/** The import block by which Terraform takes over a grant that exists; conditional ones carry their title. */
export function terraformImport(change: Change): string {
  const id = [
    change.project,
    change.role,
    change.member,
    ...(change.condition === null ? [] : [change.condition.title]),
  ];
  return [
    'import {',
    `  to = google_project_iam_member.${terraformName(change)}`,
    `  id = ${quoteHcl(id.join(' '))}`,
    '}',
  ].join('\n');
}

function gcloudBinding(verb: string, { project, member, role, condition }: Change): string {
  return [
    `gcloud projects ${verb} ${quoteShell(project)}`,
    `  --member=${quoteShell(member)}`,
    `  --role=${quoteShell(role)}`,
    `  --condition=${condition === null ? 'None' : quoteShell(conditionFlag(condition))}`,
  ].join(' \\\n');
}

// The prefix makes `;` the separator, so that commas in an expression stay part of it.
function conditionFlag({ expression, title, description }: Condition): string {
  const parts = [
    `expression=${expression}`,
    `title=${title}`,
    ...(description === '' ? [] : [`description=${description}`]),
  ];
  return `^;^${parts.join(';')}`;
}

function terraformCondition({ title, description, expression }: Condition): readonly string[] {
  return [
    '  condition {',
    `    title       = ${quoteHcl(title)}`,
    ...(description === '' ? [] : [`    description = ${quoteHcl(description)}`]),
    `    expression  = ${quoteHcl(expression)}`,
    '  }',
  ];
}

function terraformName({ project, role, member }: Change): string {
  const name = `${project}_${role.slice(role.lastIndexOf('/') + 1)}_${member.slice(member.indexOf(':') + 1)}`;
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return `guestlist_${plain.slice(0, 100)}`;
}

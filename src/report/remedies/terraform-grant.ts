import { digest } from '../../iam/digest.ts';
import type { Condition } from '../../iam/policy.ts';
import { storedMember } from '../../iam/principal.ts';
import type { Change } from '../../remediation/change.ts';
import { quoteHcl } from '../quote-hcl.ts';

/** The Terraform of one change, as a value: for a report, or for whoever collects the changes of a project in a file. */
export interface TerraformGrant {
  readonly resource: 'google_project_iam_member';
  /** Different for each project, role, member and condition, and the same whenever it is asked for. */
  readonly name: string;
  /** `google_project_iam_member.NAME` */
  readonly address: string;
  /** The resource block, formatted as `terraform fmt` does. */
  readonly hcl: string;
  /** The import block by which Terraform takes over a binding that exists. */
  readonly importHcl: string;
}

/** The Terraform that makes a change, and with it keeps it. */
export function terraformGrant(change: Change): TerraformGrant {
  return terraformGrantOf(change, quoteHcl(change.role));
}

/** The same with an expression for the role (`google_project_iam_custom_role.x.id`), which is not quoted. */
export function terraformGrantOf(change: Change, role: string): TerraformGrant {
  const resource = 'google_project_iam_member';
  const name = nameOf(change);
  const address = `${resource}.${name}`;
  return { resource, name, address, hcl: memberHcl(change, name, role), importHcl: importHcl(change, address) };
}

function memberHcl({ project, member, condition }: Change, name: string, role: string): string {
  return [
    `resource "google_project_iam_member" ${quoteHcl(name)} {`,
    `  project = ${quoteHcl(project)}`,
    `  role    = ${role}`,
    `  member  = ${quoteHcl(storedMember(member))}`,
    ...(condition === null ? [] : conditionHcl(condition)),
    '}',
  ].join('\n');
}

function conditionHcl({ title, description, expression }: Condition): readonly string[] {
  const pairs = Object.entries({ title, ...(description === '' ? {} : { description }), expression });
  const width = Math.max(...pairs.map(([key]) => key.length));
  return ['  condition {', ...pairs.map(([key, value]) => `    ${key.padEnd(width)} = ${quoteHcl(value)}`), '  }'];
}

// Spaces part the id; the title of a condition is part of it (registry: google_project_iam).
function importHcl({ project, role, member, condition }: Change, address: string): string {
  const id = [project, role, storedMember(member), ...(condition === null ? [] : [condition.title])].join(' ');
  return ['import {', `  to = ${address}`, `  id = ${quoteHcl(id)}`, '}'].join('\n');
}

// What people can read of a change is not enough to tell two apart (`a.b@` and `a-b@`): the digest is.
function nameOf({ project, role, member, condition }: Change): string {
  const stored = storedMember(member);
  const words = `${project}_${role.slice(role.lastIndexOf('/') + 1)}_${stored.slice(stored.indexOf(':') + 1)}`;
  const plain = words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 80)
    .replace(/^_+|_+$/g, '');
  return `guestlist_${plain}_${digest([project, role, stored, condition?.title ?? '']).slice(0, 8)}`;
}

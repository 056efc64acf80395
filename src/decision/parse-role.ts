import { isBasicRole, isCustomRole, predefinedAiRole, predefinedAiRoles } from '../iam/role.ts';
import { describe } from '../ingest/fields.ts';
import { DEFAULT_ROLE } from './allowlist.ts';
import { didYouMean, type Note } from './allowlist-issue.ts';
import { objectionTo } from './guards/role-guards.ts';

/** Reads the role to hand out. What could grant more than Vertex AI use is refused here already, not only by a guard. */
export function parseRole(value: unknown, organization: unknown, note: Note): string {
  const path = ['role'];
  if (typeof value !== 'string') {
    note(path, 'wrong-type', `expected a role such as ${DEFAULT_ROLE}, got ${describe(value)}`);
    return DEFAULT_ROLE;
  }
  const role = predefinedAiRole(value);
  const objection = role === null ? objectionToName(value) : objectionTo(role);
  if (objection !== null) note(path, 'role-not-allowed', objection);
  else if (value.startsWith('organizations/') && !value.startsWith(`organizations/${organization}/`)) {
    note(path, 'role-not-allowed', `${value} belongs to another organization`);
  }
  return value;
}

function objectionToName(name: string): string | null {
  if (isBasicRole(name))
    return `${name} is a basic role, which Guestlist never grants; use ${DEFAULT_ROLE} or a narrower role`;
  if (isCustomRole(name)) return null;
  const hint = didYouMean(
    name,
    predefinedAiRoles().map((role) => role.name),
  );
  return `expected a predefined roles/aiplatform.* role or a custom one (organizations/N/roles/ID), got ${JSON.stringify(name)}${hint}`;
}

import type { Permission } from './permission.ts';
import { isPolicyWriting } from './permission.ts';
import predefined from './predefined-roles.json' with { type: 'json' };
import { parseProject } from './project.ts';

/** A role and the permissions it holds, in v1 spelling. */
export interface Role {
  readonly name: string;
  readonly title: string;
  readonly permissions: ReadonlySet<Permission>;
}

/** The day on which the permissions of the predefined roles were read. */
export const predefinedRolesReadOn: string = predefined.readOn;

const BASIC_ROLES = ['roles/owner', 'roles/editor', 'roles/viewer', 'roles/browser'] as const;
// Expanded one by one, when somebody asks for them: there are many, and few are ever named.
const PREDEFINED = expanding(predefined.roles);
const BASIC = expanding(predefined.basicRoles);

/** A predefined `roles/aiplatform.*` role with all its permissions, or null when there is none of that name. */
export function predefinedAiRole(name: string): Role | null {
  return PREDEFINED(name);
}

/** All predefined `roles/aiplatform.*` roles a customer may grant, in alphabetical order. */
export function predefinedAiRoles(): readonly Role[] {
  return Object.keys(predefined.roles)
    .toSorted()
    .flatMap((name) => PREDEFINED(name) ?? []);
}

/** The predefined Vertex AI role with the fewest permissions that holds all of these, or null when none does. */
export function smallestAiRoleWith(permissions: readonly Permission[]): Role | null {
  const holding = predefinedAiRoles().filter(
    (role) => permissions.length > 0 && permissions.every((permission) => role.permissions.has(permission)),
  );
  return holding.reduce<Role | null>(
    (best, role) => (best === null || role.permissions.size < best.permissions.size ? role : best),
    null,
  );
}

/** Owner, Editor and Viewer with the Vertex AI permissions they hold (only these), or null for any other role. */
export function basicRole(name: string): Role | null {
  return BASIC(name);
}

/** True for Owner, Editor, Viewer and Browser, which are never granted. */
export function isBasicRole(name: string): boolean {
  return BASIC_ROLES.some((basic) => basic === name);
}

/** True for `organizations/N/roles/ID` and `projects/P/roles/ID`. */
export function isCustomRole(name: string): boolean {
  const [, collection, owner = ''] = /^(organizations|projects)\/([^/]+)\/roles\/[A-Za-z0-9_.]{3,64}$/.exec(name) ?? [];
  if (collection === 'organizations') return /^[0-9]{1,20}$/.test(owner);
  return collection === 'projects' && parseProject(owner) !== null;
}

/** True for `roles/NAME`, which Google defines. */
export function isPredefinedRole(name: string): boolean {
  return /^roles\/[A-Za-z0-9_.]{1,100}$/.test(name);
}

// A role never changes, and every decision asks about one.
const POLICY_WRITING = new WeakMap<Role, readonly Permission[]>();

/** The permissions of a role with which its holder could change an access policy. */
export function policyWritingPermissions(role: Role): readonly Permission[] {
  const known = POLICY_WRITING.get(role);
  if (known !== undefined) return known;
  const writing = [...role.permissions].filter(isPolicyWriting);
  POLICY_WRITING.set(role, writing);
  return writing;
}

interface StoredRole {
  readonly title: string;
  readonly permissions: Readonly<Record<string, string>>;
}

function expanding(stored: Readonly<Record<string, StoredRole>>): (name: string) => Role | null {
  const expanded = new Map<string, Role>();
  return (name) => {
    const known = expanded.get(name);
    const role = Object.hasOwn(stored, name) ? stored[name] : undefined;
    if (known !== undefined || role === undefined) return known ?? null;
    const made = expandRole(name, role.title, role.permissions);
    expanded.set(name, made);
    return made;
  };
}

function expandRole(name: string, title: string, grouped: Readonly<Record<string, string>>): Role {
  const permissions = Object.entries(grouped).flatMap(([prefix, verbs]) =>
    verbs.split(' ').map((verb) => `${prefix}.${verb}`),
  );
  return { name, title, permissions: new Set(permissions) };
}

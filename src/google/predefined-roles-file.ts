import { type Permission, parsePermission } from '../iam/permission.ts';
import { describe, type FieldIssue, type Fields, isRecord, readFields } from '../ingest/fields.ts';

/** Permissions by `service.resource`, with the verbs separated by spaces, all in alphabetical order. */
export type GroupedPermissions = Readonly<Record<string, string>>;

/** A basic role, with its Vertex AI permissions only. */
export interface BasicRoleEntry {
  readonly title: string;
  readonly stage: string;
  readonly permissions: GroupedPermissions;
}

/** A predefined Vertex AI role, with all its permissions. */
export interface PredefinedRoleEntry extends BasicRoleEntry {
  readonly permissionCount: number;
}

/** What `predefined-roles.json` holds. */
export interface PredefinedRolesFile {
  readonly readOn: string;
  readonly source: string;
  readonly roles: Readonly<Record<string, PredefinedRoleEntry>>;
  readonly basicRoles: Readonly<Record<string, BasicRoleEntry>>;
}

/** A role as the IAM API gives it with `view=FULL`. */
export interface ApiRole {
  readonly name: string;
  readonly title: string;
  readonly stage: string;
  readonly permissions: readonly string[];
}

/** The roles of one answer of `roles.list`; `nextPageToken` is empty on the last page. */
export interface RolesPage {
  readonly roles: readonly ApiRole[];
  readonly nextPageToken: string;
}

/** A value read from outside data, or everything that is wrong with that data. */
export type FileReading<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'unreadable'; readonly reasons: readonly string[] };

/** How one role differs between two files. */
export interface RoleChange {
  readonly name: string;
  readonly gained: readonly Permission[];
  readonly lost: readonly Permission[];
  /** What else changed, as text: `title "A" → "B"`. */
  readonly other: readonly string[];
}

/** How two files differ; `emptied` are roles that are still there and hold no permission any more. */
export interface RolesDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly emptied: readonly string[];
  readonly changed: readonly RoleChange[];
}

const BASIC_ROLES: readonly string[] = ['roles/editor', 'roles/owner', 'roles/viewer'];

/** True for the `roles/aiplatform.*` roles that a customer may grant, which those of service agents are not. */
export function isGrantableAiRole(name: string): boolean {
  return name.startsWith('roles/aiplatform.') && !name.toLowerCase().endsWith('serviceagent');
}

/** Reads an answer of `roles.list`, or a list of roles as `gcloud iam roles describe --format=json` prints each. */
export function readRolesPage(answer: unknown): FileReading<RolesPage> {
  const issues: FieldIssue[] = [];
  if (!Array.isArray(answer) && !(isRecord(answer) && Array.isArray(answer.roles))) {
    return unreadable([
      `expected an answer of roles.list ({"roles": […]}) or a list of roles, got ${describe(answer)}`,
    ]);
  }
  const page = readFields(Array.isArray(answer) ? { roles: answer } : answer, '', issues);
  const roles = page.objects('roles').map(readApiRole);
  const nextPageToken = page.text('nextPageToken');
  return settle({ roles, nextPageToken }, [
    ...issues,
    ...roles.flatMap((role, index) =>
      role.name === '' ? [{ place: `roles[${index}].name`, message: 'expected a role name, got nothing' }] : [],
    ),
  ]);
}

/** Makes the file from the roles that the API gave: keeps the grantable Vertex AI roles and the basic roles. */
export function rolesFileFrom(
  roles: readonly ApiRole[],
  { readOn, source }: { readonly readOn: string; readonly source: string },
): FileReading<PredefinedRolesFile> {
  const ai = roles.filter((role) => isGrantableAiRole(role.name));
  const basic = roles
    .filter((role) => BASIC_ROLES.includes(role.name))
    .map((role) => ({ ...role, permissions: role.permissions.filter((text) => text.startsWith('aiplatform.')) }));
  const kept = [...ai, ...basic];
  const faults = [...repeatedNames(kept), ...kept.flatMap(foreignPermissions)];
  if (kept.length > 0 && kept.every((role) => role.permissions.length === 0)) {
    faults.push('no role has any permission: list the roles with view=FULL, describe them one by one');
  }
  return settle(
    {
      readOn,
      source,
      roles: byName(ai, (role): PredefinedRoleEntry => {
        const { title, stage, permissions } = basicEntry(role);
        return { title, stage, permissionCount: new Set(role.permissions).size, permissions };
      }),
      basicRoles: byName(basic, basicEntry),
    },
    faults.map((message) => ({ place: '', message })),
  );
}

/** Reads the content of an existing file. */
export function readRolesFile(content: unknown): FileReading<PredefinedRolesFile> {
  const issues: FieldIssue[] = [];
  const file = readFields(content, '', issues);
  const entries = <T>(field: string, read: (entry: Fields) => T): Readonly<Record<string, T>> => {
    const section = isRecord(content) && isRecord(content[field]) ? content[field] : {};
    const fields = file.object(field);
    return Object.fromEntries(Object.keys(section).map((name) => [name, read(fields.object(name))]));
  };
  const basic = (entry: Fields): BasicRoleEntry => ({
    title: entry.text('title'),
    stage: entry.text('stage'),
    permissions: Object.fromEntries(entry.textMap('permissions')),
  });
  const value: PredefinedRolesFile = {
    readOn: file.text('readOn'),
    source: file.text('source'),
    roles: entries('roles', (entry) => ({ ...basic(entry), permissionCount: entry.integer('permissionCount') ?? 0 })),
    basicRoles: entries('basicRoles', basic),
  };
  return settle(value, issues);
}

/** The file as text, the way it is kept in the repository. */
export function formatRolesFile(file: PredefinedRolesFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Compares two files role by role. */
export function diffRolesFiles(before: PredefinedRolesFile, after: PredefinedRolesFile): RolesDiff {
  const old = entriesOf(before);
  const now = entriesOf(after);
  const both = [...now].flatMap(([name, entry]) => {
    const previous = old.get(name);
    return previous === undefined ? [] : [{ name, previous, entry }];
  });
  return {
    added: [...now.keys()].filter((name) => !old.has(name)).sort(),
    removed: [...old.keys()].filter((name) => !now.has(name)).sort(),
    emptied: both
      .filter(({ previous, entry }) => expandPermissions(previous).length > 0 && expandPermissions(entry).length === 0)
      .map(({ name }) => name)
      .sort(),
    changed: both.flatMap(changeOf).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** The roles that a file would lose: those that are gone and those left without any permission. */
export function lostRoles(diff: RolesDiff): readonly string[] {
  return [...diff.removed, ...diff.emptied].sort();
}

/** Tells a difference in lines for a person. */
export function summarizeDiff(diff: RolesDiff): readonly string[] {
  if (diff.added.length + diff.removed.length + diff.changed.length === 0) return ['No role changed.'];
  return [
    ...diff.added.map((name) => `added    ${name}`),
    ...diff.removed.map((name) => `removed  ${name}`),
    ...diff.changed.flatMap(({ name, gained, lost, other }) => [
      `changed  ${name} (+${gained.length} −${lost.length})`,
      ...other.map((text) => `           ${text}`),
      ...gained.map((permission) => `         + ${permission}`),
      ...lost.map((permission) => `         − ${permission}`),
    ]),
  ];
}

function readApiRole(role: Fields): ApiRole {
  return {
    name: role.text('name'),
    title: role.text('title'),
    // The API leaves the stage out for ALPHA roles (iam/docs/reference/rest/v1/organizations.roles).
    stage: role.text('stage') || 'ALPHA',
    permissions: role.texts('includedPermissions'),
  };
}

function basicEntry({ title, stage, permissions }: ApiRole): BasicRoleEntry {
  return { title, stage, permissions: groupPermissions(permissions) };
}

function groupPermissions(permissions: readonly string[]): GroupedPermissions {
  const groups = new Map<string, readonly string[]>();
  for (const permission of [...new Set(permissions)].sort()) {
    const dot = permission.lastIndexOf('.');
    const resource = permission.slice(0, dot);
    groups.set(resource, [...(groups.get(resource) ?? []), permission.slice(dot + 1)]);
  }
  return Object.fromEntries([...groups].sort(byKey).map(([resource, verbs]) => [resource, verbs.join(' ')]));
}

function expandPermissions({ permissions }: BasicRoleEntry): readonly Permission[] {
  return Object.entries(permissions).flatMap(([resource, verbs]) =>
    verbs.split(' ').map((verb) => `${resource}.${verb}`),
  );
}

function byName<T>(roles: readonly ApiRole[], entry: (role: ApiRole) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(roles.map((role): readonly [string, T] => [role.name, entry(role)]).sort(byKey));
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function repeatedNames(roles: readonly ApiRole[]): readonly string[] {
  const names = roles.map((role) => role.name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `${name} is there twice`,
  );
}

// Taken apart at the dots and put together again later, so anything but `service.resource.verb` would change on the way.
function foreignPermissions({ name, permissions }: ApiRole): readonly string[] {
  return permissions
    .filter((text) => parsePermission(text) !== text)
    .map((text) => `${name}: expected a permission, got ${describe(text)}`);
}

function entriesOf({ roles, basicRoles }: PredefinedRolesFile): ReadonlyMap<string, BasicRoleEntry> {
  return new Map<string, BasicRoleEntry>([...Object.entries(roles), ...Object.entries(basicRoles)]);
}

function changeOf({
  name,
  previous,
  entry,
}: {
  readonly name: string;
  readonly previous: BasicRoleEntry;
  readonly entry: BasicRoleEntry;
}): readonly RoleChange[] {
  const old = new Set(expandPermissions(previous));
  const now = new Set(expandPermissions(entry));
  const gained = [...now].filter((permission) => !old.has(permission)).sort();
  const lost = [...old].filter((permission) => !now.has(permission)).sort();
  const other = [
    ...(previous.title === entry.title
      ? []
      : [`title ${JSON.stringify(previous.title)} → ${JSON.stringify(entry.title)}`]),
    ...(previous.stage === entry.stage ? [] : [`stage ${previous.stage} → ${entry.stage}`]),
  ];
  return gained.length + lost.length + other.length === 0 ? [] : [{ name, gained, lost, other }];
}

function settle<T>(value: T, issues: readonly FieldIssue[]): FileReading<T> {
  if (issues.length === 0) return { kind: 'read', value };
  return unreadable(issues.map(({ place, message }) => (place === '' ? message : `${place}: ${message}`)));
}

function unreadable(reasons: readonly string[]): FileReading<never> {
  return { kind: 'unreadable', reasons };
}

import { type Finding, known, notReadable, type RoleReader } from '../diagnosis/evidence.ts';
import { parsePermission } from '../iam/permission.ts';
import { isCustomRole, isPredefinedRole, type Role } from '../iam/role.ts';
import type { CallIam } from './iam-rest.ts';

/** Reads roles from the IAM API (iam v1 roles.get). */
export function createRoleReader(call: CallIam): RoleReader {
  return {
    /** Needs `iam.roles.get` on the organization or project a custom role belongs to; predefined ones are open to all. */
    readRole: async (name): Promise<Finding<Role>> => {
      if (!isCustomRole(name) && !isPredefinedRole(name)) return notReadable(`${name} is not the name of a role`);
      const found = await call(name);
      return found.kind === 'known' ? roleFrom(name, found.value) : found;
    },
  };
}

function roleFrom(name: string, body: Readonly<Record<string, unknown>>): Finding<Role> {
  if (body.deleted === true) return { kind: 'absent', detail: `${name} is deleted` };
  const listed: readonly unknown[] = Array.isArray(body.includedPermissions) ? body.includedPermissions : [];
  const permissions = listed.flatMap((text) => (typeof text === 'string' ? (parsePermission(text) ?? text) : []));
  return known({
    name,
    title: typeof body.title === 'string' ? body.title : name,
    permissions: new Set(permissions),
  });
}

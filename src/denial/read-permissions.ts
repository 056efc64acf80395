import { type Permission, parsePermission } from '../iam/permission.ts';
import type { ErrorInfo, PermissionSource } from './denial.ts';
import { permissionOfMethod } from './permission-of-method.ts';

/** One row of `authorizationInfo`. `granted` is usually left out when it is false, so only true counts. */
export interface AuthorizationRow {
  readonly permission: string;
  readonly resource: string;
  readonly isGranted: boolean;
}

/** What an entry offers about the permissions that were refused, best source first. */
export interface PermissionFields {
  readonly code: number;
  readonly message: string;
  readonly errors: readonly ErrorInfo[];
  readonly method: string;
  readonly isOperationEnd: boolean;
  readonly rows: readonly AuthorizationRow[];
}

/** The refused permissions, where they were read, and the resources they were refused on. */
export interface RefusedPermissions {
  readonly permissions: readonly Permission[];
  readonly source: PermissionSource;
  readonly resources: readonly string[];
}

/**
 * Finds every refused permission: all rows that are not granted, else what the error names, else what the message
 * quotes, else what the method is known to need. Rows that were all granted are an answer too: IAM did not refuse.
 * Where the error or the message names another permission than the rows, the source is `contradictory`.
 */
export function readPermissions(fields: PermissionFields): RefusedPermissions {
  const { rows } = fields;
  const named = namedBy(fields.errors, 'permission');
  const places = namedBy(fields.errors, 'resource');
  const quoted = quotedPermission(fields);
  if (rows.some((row) => row.permission !== '')) {
    const refused = rows.filter((row) => !row.isGranted);
    const asked = new Set(rows.map((row) => parsePermission(row.permission)));
    const isKnown = (name: string) => asked.has(parsePermission(name) ?? name);
    const isAgreed =
      named.every(isKnown) && (quoted === null || isKnown(quoted)) && refused.every((row) => row.permission !== '');
    const permissions = refused.map((row) => row.permission).filter((permission) => permission !== '');
    const resources = refused.map((row) => row.resource);
    return found(isAgreed ? 'authorization-info' : 'contradictory', permissions, resources.concat(places));
  }
  if (named.length > 0) return found('error-info', named, places);
  if (quoted !== null) return found('message', [quoted], places);
  const needed = fields.isOperationEnd ? null : permissionOfMethod(fields.method);
  return needed === null ? found('none', [], places) : found('method', [needed], places);
}

function namedBy(errors: readonly ErrorInfo[], key: string): readonly string[] {
  return errors.map((error) => error.metadata.get(key) ?? '').filter((name) => name !== '');
}

function quotedPermission({ code, message }: PermissionFields): string | null {
  const quoted = /["'`]([A-Za-z0-9_.]{5,200})["'`]/.exec(message)?.[1];
  return code === 7 && quoted !== undefined && parsePermission(quoted) !== null ? quoted : null;
}

// A permission that cannot be read is kept as a mark of its own: no role contains it, so nothing is granted for it.
function found(source: PermissionSource, names: readonly string[], resources: readonly string[]): RefusedPermissions {
  const permissions = names.map((name) => parsePermission(name) ?? `unreadable:${JSON.stringify(name.slice(0, 60))}`);
  return { permissions: unique(permissions), source, resources: unique(resources.filter((name) => name !== '')) };
}

function unique(texts: readonly string[]): readonly string[] {
  return texts.length < 2 ? texts : [...new Set(texts)];
}

import { type Finding, known, notReadable, type RoleReader } from '../diagnosis/evidence.ts';
import { parsePermission } from '../iam/permission.ts';
import { isCustomRole, type Role } from '../iam/role.ts';
import { isRecord } from '../ingest/fields.ts';
import { Redeliver } from '../redeliver.ts';
import type { Endpoint } from './endpoint.ts';
import { CALL_TIMEOUT_MILLISECONDS, once } from './resource-manager-clients.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** Reads custom roles from the IAM API, over REST: no client package has this call (iam v1 roles.get). */
export function createRoleReader(endpoint: Endpoint): RoleReader {
  const authorization = once(async () => {
    const { GoogleAuth } = await import('google-auth-library');
    return new GoogleAuth({ scopes: SCOPE });
  });
  return {
    /** Needs `iam.roles.get` on the organization or project the role belongs to. */
    readRole: async (name): Promise<Finding<Role>> => {
      if (!isCustomRole(name)) return notReadable(`${name} is not a custom role`);
      const url = `${baseUrl(endpoint)}/v1/${name}`;
      const headers = endpoint.kind === 'local' ? new Headers() : await (await authorization()).getRequestHeaders(url);
      return roleFrom(name, await get(url, headers));
    },
  };
}

function baseUrl(endpoint: Endpoint): string {
  return endpoint.kind === 'google' ? 'https://iam.googleapis.com' : `http://${endpoint.host}:${endpoint.port}`;
}

async function get(url: string, headers: Headers): Promise<Response> {
  try {
    return await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(CALL_TIMEOUT_MILLISECONDS) });
  } catch (error) {
    throw new Redeliver('evidence-unavailable', `${url} could not be reached`, error);
  }
}

async function roleFrom(name: string, response: Response): Promise<Finding<Role>> {
  if (response.status === 404) return { kind: 'absent', detail: `${name} does not exist` };
  if (response.status === 429 || response.status >= 500)
    throw new Redeliver('evidence-unavailable', `${name}: HTTP ${response.status}`);
  if (!response.ok) return notReadable(`${name}: HTTP ${response.status}`);
  const body: unknown = await response.json();
  if (!isRecord(body) || body.deleted === true) return { kind: 'absent', detail: `${name} is deleted` };
  const listed: readonly unknown[] = Array.isArray(body.includedPermissions) ? body.includedPermissions : [];
  const permissions = listed.flatMap((text) => (typeof text === 'string' ? (parsePermission(text) ?? text) : []));
  return known({
    name,
    title: typeof body.title === 'string' ? body.title : name,
    permissions: new Set(permissions),
  });
}

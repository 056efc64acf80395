import { isWholeEmail } from '../iam/email.ts';
import { isRecord } from '../ingest/fields.ts';
import type { Endpoint } from './endpoint.ts';
import { CALL_TIMEOUT_MILLISECONDS } from './resource-manager-clients.ts';

const SCOPES = ['https://www.googleapis.com/auth/cloud-platform', 'https://www.googleapis.com/auth/userinfo.email'];

interface Surroundings {
  readonly resourceManager: Endpoint;
  readonly iam: Endpoint;
  readonly firestoreEndpoint: Endpoint;
}

/**
 * The verified e-mail address of whoever runs a command, by the credentials it runs with (oauth2 tokeninfo); null where
 * they name nobody. Needs no permission.
 */
export async function readPerson({ resourceManager, iam, firestoreEndpoint }: Surroundings): Promise<string | null> {
  // Only where nothing of Google's can be written, and no approval be recorded, may a stand-in say who somebody is.
  const isLocal = resourceManager.kind === 'local' && firestoreEndpoint.kind === 'local';
  const info: unknown = isLocal && iam.kind === 'local' ? await askLocal(iam) : await askGoogle();
  const { email, email_verified: isVerified } = isRecord(info) ? info : {};
  return typeof email === 'string' && isWholeEmail(email) && String(isVerified) === 'true' ? email.toLowerCase() : null;
}

async function askGoogle(): Promise<unknown> {
  const { GoogleAuth, OAuth2Client } = await import('google-auth-library');
  const token = await new GoogleAuth({ scopes: SCOPES }).getAccessToken();
  return typeof token === 'string' ? new OAuth2Client().getTokenInfo(token) : null;
}

async function askLocal({ host, port }: Endpoint & { kind: 'local' }): Promise<unknown> {
  const response = await fetch(`http://${host}:${port}/tokeninfo`, {
    signal: AbortSignal.timeout(CALL_TIMEOUT_MILLISECONDS),
  });
  return response.json();
}

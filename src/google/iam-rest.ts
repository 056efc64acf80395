import { type Finding, known, notReadable } from '../diagnosis/evidence.ts';
import { isRecord } from '../ingest/fields.ts';
import { Redeliver } from '../redeliver.ts';
import type { Endpoint } from './endpoint.ts';
import { CALL_TIMEOUT_MILLISECONDS, once } from './resource-manager-clients.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** One call to the IAM API v1; with a body it is a POST. Throws `Redeliver` for what passes. */
export type CallIam = (path: string, body?: object) => Promise<Finding<Readonly<Record<string, unknown>>>>;

/** Calls the IAM API over REST: no client package has its v1 methods. */
export function createIamRest(endpoint: Endpoint): CallIam {
  const authorization = once(async () => {
    const { GoogleAuth } = await import('google-auth-library');
    return new GoogleAuth({ scopes: SCOPE });
  });
  const base = endpoint.kind === 'google' ? 'https://iam.googleapis.com' : `http://${endpoint.host}:${endpoint.port}`;
  return async (path, body) => {
    const url = `${base}/v1/${path}`;
    const headers = endpoint.kind === 'local' ? new Headers() : await (await authorization()).getRequestHeaders(url);
    if (body !== undefined) headers.set('content-type', 'application/json');
    return read(path, await request(url, headers, body));
  };
}

async function request(url: string, headers: Headers, body: object | undefined): Promise<Response> {
  const what = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const signal = AbortSignal.timeout(CALL_TIMEOUT_MILLISECONDS);
  try {
    return await fetch(url, { ...what, headers, redirect: 'error', signal });
  } catch (error) {
    throw new Redeliver('evidence-unavailable', `${url} could not be reached`, error);
  }
}

async function read(path: string, response: Response): Promise<Finding<Readonly<Record<string, unknown>>>> {
  if (response.status === 404) return { kind: 'absent', detail: `${path} does not exist` };
  if (response.status === 429 || response.status >= 500)
    throw new Redeliver('evidence-unavailable', `${path}: HTTP ${response.status}`);
  if (!response.ok) return notReadable(`${path}: HTTP ${response.status}`);
  const answer: unknown = await response.json();
  return isRecord(answer) ? known(answer) : notReadable(`${path}: the answer is no object`);
}

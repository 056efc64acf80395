import type { ReadAllowlistText } from '../allowlist-source.ts';
import { Redeliver } from '../redeliver.ts';
import type { Endpoint } from './endpoint.ts';
import { CALL_TIMEOUT_MILLISECONDS, once } from './resource-manager-clients.ts';

/** An object of Cloud Storage: `gs://BUCKET/OBJECT` as its two parts. */
export interface ObjectName {
  readonly bucket: string;
  readonly object: string;
}

/** Reads `gs://BUCKET/OBJECT`, or gives null for anything else. */
export function parseObjectName(text: string): ObjectName | null {
  const [, bucket, object] = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])\/([^\s?#]{1,1024})$/.exec(text) ?? [];
  return bucket === undefined || object === undefined ? null : { bucket, object };
}

const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_only';

/**
 * Reads an object's text, and asks only whether it has changed when it was read before (storage/docs/json_api: objects
 * get with If-None-Match). Needs `storage.objects.get` on the bucket.
 */
export function createObjectReader(name: ObjectName, endpoint: Endpoint): ReadAllowlistText {
  const authorization = once(async () => {
    const { GoogleAuth } = await import('google-auth-library');
    return new GoogleAuth({ scopes: SCOPE });
  });
  const base =
    endpoint.kind === 'google' ? 'https://storage.googleapis.com' : `http://${endpoint.host}:${endpoint.port}`;
  const url = `${base}/storage/v1/b/${encodeURIComponent(name.bucket)}/o/${encodeURIComponent(name.object)}?alt=media`;
  let known: { readonly etag: string; readonly text: string } | null = null;
  return async () => {
    const headers = endpoint.kind === 'local' ? new Headers() : await (await authorization()).getRequestHeaders(url);
    // Two requests at once may end in either order: an answer is about what was asked.
    const asked = known;
    if (asked !== null) headers.set('if-none-match', asked.etag);
    const response = await get(url, headers);
    if (response.status === 304 && asked !== null) return asked.text;
    if (response.status === 429 || response.status >= 500)
      throw new Redeliver('allowlist-unavailable', `${url}: HTTP ${response.status}`);
    if (!response.ok) return null;
    const [etag, text] = [response.headers.get('etag'), await response.text()];
    known = etag === null ? null : { etag, text };
    return text;
  };
}

async function get(url: string, headers: Headers): Promise<Response> {
  try {
    return await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(CALL_TIMEOUT_MILLISECONDS) });
  } catch (error) {
    throw new Redeliver('allowlist-unavailable', `${url} could not be reached`, error);
  }
}

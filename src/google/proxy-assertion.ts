import { isWholeEmail } from '../iam/email.ts';
import { isRecord } from '../ingest/fields.ts';
import type { Endpoint } from './endpoint.ts';
import { CALL_TIMEOUT_MILLISECONDS, once } from './resource-manager-clients.ts';

/** Who a request is from, as Identity-Aware Proxy says it, or why that is not known. */
export type Signature =
  | { readonly kind: 'person'; readonly email: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'keys-unavailable'; readonly why: string };

/** Verifies the header `x-goog-iap-jwt-assertion` of a request. */
export type VerifyAssertion = (assertion: string | undefined) => Promise<Signature>;

/** iap/docs/signed-headers-howto: verifying the JWT payload. */
const ISSUERS = ['https://cloud.google.com/iap'];
const KEYS_PATH = '/iap/verify/public_key';

/** So long keys are used without asking for them again, and so long an unknown key is not asked for again. */
const KEYS_MILLISECONDS = 3_600_000;
const ASK_AGAIN_MILLISECONDS = 30_000;

/** So long keys serve on while they cannot be read anew, and so long nobody asks again after that failed. */
const STALE_KEYS_MILLISECONDS = 86_400_000;
const REST_MILLISECONDS = 5_000;

/**
 * Verifies assertions of Identity-Aware Proxy: signed by ES256 with one of its keys, issued by it, for this audience, and
 * in its time. Nothing else of a request says who it is from: the plain header `x-goog-authenticated-user-email` can be
 * sent by anybody who gets around the proxy. `now` gives milliseconds since the epoch.
 */
export function createProxyVerifier(audience: string, endpoint: Endpoint, now: () => number): VerifyAssertion {
  const client = once(async () => {
    const { OAuth2Client } = await import('google-auth-library');
    return new OAuth2Client({
      ...(endpoint.kind === 'google' ? {} : { endpoints: { oauth2IapPublicKeyUrl: localKeys(endpoint) } }),
      transporterOptions: { timeout: CALL_TIMEOUT_MILLISECONDS },
    });
  });
  const keys = createKeyCache(async () => (await (await client()).getIapPublicKeys()).pubkeys, now);
  return async (assertion) => {
    const keyId = keyIdOf(assertion ?? '');
    if (assertion === undefined || keyId === null)
      return { kind: 'refused', why: assertion === undefined ? 'it carries no assertion' : 'its assertion is none' };
    const found = await keys(keyId).catch(() => null);
    if (found === null) return { kind: 'keys-unavailable', why: 'the keys of the proxy could not be read' };
    try {
      const ticket = await (await client()).verifySignedJwtWithCertsAsync(assertion, found, audience, ISSUERS);
      return personOf(ticket.getPayload());
    } catch (error) {
      return { kind: 'refused', why: whyNot(error) };
    }
  };
}

// Only a Google account's address is one that Google vouches for. People of a workforce pool or of Identity Platform come
// with an address that their own provider says (iap/docs/signed-headers-howto, external identities), and policies know
// them by other names.
function personOf(payload: unknown): Signature {
  const { sub, email, identity_source: source }: Readonly<Record<string, unknown>> = isRecord(payload) ? payload : {};
  const isGoogle =
    isRecord(payload) &&
    typeof sub === 'string' &&
    /^accounts\.google\.com:[0-9]{1,40}$/.test(sub) &&
    (source === undefined || source === 'GOOGLE') &&
    !Object.hasOwn(payload, 'workforce_identity') &&
    !Object.hasOwn(payload, 'gcip');
  if (!isGoogle) return { kind: 'refused', why: 'its assertion is not of a Google account' };
  return typeof email === 'string' && isWholeEmail(email)
    ? { kind: 'person', email: email.toLowerCase() }
    : { kind: 'refused', why: 'its assertion names no e-mail address' };
}

type Keys = Readonly<Record<string, string>>;

// One look-up serves whoever asks meanwhile. An unknown key may be a new one, so it is asked for, but not by everybody;
// while there is no answer, what was known lately serves on.
function createKeyCache(read: () => Promise<unknown>, now: () => number): (keyId: string) => Promise<Keys> {
  let known: Keys = {};
  let readAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<Keys> | null = null;
  const readAgain = async () => {
    try {
      known = parseKeys(await read());
      readAt = now();
    } catch (error) {
      failedAt = now();
      if (now() - readAt > STALE_KEYS_MILLISECONDS) throw error;
    } finally {
      reading = null;
    }
    return known;
  };
  return (keyId) => {
    const age = now() - readAt;
    const isEnough = Object.hasOwn(known, keyId) ? age < KEYS_MILLISECONDS : age < ASK_AGAIN_MILLISECONDS;
    if (isEnough) return Promise.resolve(known);
    if (now() - failedAt < REST_MILLISECONDS)
      return age > STALE_KEYS_MILLISECONDS ? Promise.reject(new Error('asked a moment ago')) : Promise.resolve(known);
    reading ??= readAgain();
    return reading;
  };
}

function parseKeys(body: unknown): Keys {
  if (!isRecord(body)) throw new Error('expected an object of keys by their ids');
  return Object.fromEntries(
    Object.entries(body).flatMap(([id, key]): [string, string][] => (typeof key === 'string' ? [[id, key]] : [])),
  );
}

/** The id of the key by which an assertion says that it is signed, or null for what is no assertion. */
function keyIdOf(assertion: string): string | null {
  const [, head = ''] = /^([A-Za-z0-9_-]{1,2048})\.[A-Za-z0-9_-]{1,8192}\.[A-Za-z0-9_-]{1,1024}$/.exec(assertion) ?? [];
  try {
    const value: unknown = JSON.parse(Buffer.from(head, 'base64url').toString('utf8'));
    return isRecord(value) && typeof value.kid === 'string' && value.alg === 'ES256' ? value.kid : null;
  } catch {
    return null;
  }
}

// The messages of the library hold the assertion itself, which must not be logged.
const REASONS: readonly (readonly [string, string])[] = [
  ['No pem found', 'its assertion is signed with a key that is none of the proxy'],
  ['Invalid token signature', 'the signature of its assertion is wrong'],
  ['Token used too late', 'its assertion has expired'],
  ['Token used too early', 'its assertion is of the future'],
  ['Expiration time too far', 'its assertion would last too long'],
  ['Invalid issuer', 'its assertion is not issued by the proxy'],
  ['Wrong recipient', 'its assertion is for another audience'],
];

function whyNot(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return REASONS.find(([start]) => message.startsWith(start))?.[1] ?? 'its assertion could not be verified';
}

function localKeys({ host, port }: Extract<Endpoint, { readonly kind: 'local' }>): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}${KEYS_PATH}`;
}

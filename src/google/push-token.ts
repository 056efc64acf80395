import type { Soon } from '../iam/soon.ts';
import { Redeliver } from '../redeliver.ts';
import type { Endpoint } from './endpoint.ts';
import { once } from './resource-manager-clients.ts';

/** Who may push: the account of the push subscription, with a token for this audience. */
export interface PushIdentity {
  readonly audience: string;
  /** E-mail address of the service account. */
  readonly account: string;
}

/** Says why a request is none of the push subscription's, by its `Authorization` header, or null when it is. */
export type VerifyPush = (authorization: string | undefined) => Soon<string | null>;

/** Both spellings are in use (developers.google.com/identity: verify the integrity of the ID token). */
const ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];
const KEYS_PATH = '/oauth2/v3/certs';

/** Nothing is verified: for a function that only its own machine can reach. */
export const ANYBODY: VerifyPush = () => null;

/**
 * Verifies the OIDC token of a push: signed by Google, for this audience, of this account, and not expired
 * (cloud.google.com/pubsub/docs/push). Throws `Redeliver` while Google's keys cannot be had.
 */
export function createPushVerifier({ audience, account }: PushIdentity, endpoint: Endpoint): VerifyPush {
  const library = once(async () => {
    const jose = await import('jose');
    return { jose, keys: jose.createRemoteJWKSet(keysUrl(endpoint)) };
  });
  return async (authorization) => {
    const [, token] = /^Bearer ([A-Za-z0-9._-]{1,8192})$/.exec(authorization ?? '') ?? [];
    if (token === undefined) return 'it carries no token';
    const { jose, keys } = await library();
    try {
      const { payload } = await jose.jwtVerify(token, keys, {
        audience,
        issuer: ISSUERS,
        algorithms: ['RS256'],
        requiredClaims: ['email', 'exp'],
        clockTolerance: 30,
      });
      const isAccount = payload.email === account && payload.email_verified === true;
      return isAccount ? null : 'its token is of another account';
    } catch (error) {
      if (error instanceof jose.errors.JOSEError && !isPassing(error, jose.errors))
        return `its token: ${error.message}`;
      throw new Redeliver('push-keys-unavailable', "Google's keys for push tokens could not be read", error);
    }
  };
}

function keysUrl(endpoint: Endpoint): URL {
  return endpoint.kind === 'google'
    ? new URL(KEYS_PATH, 'https://www.googleapis.com')
    : new URL(`http://${endpoint.host}:${endpoint.port}${KEYS_PATH}`);
}

// The key server is slow, or answered with something else than keys.
function isPassing(error: Error, errors: typeof import('jose').errors): boolean {
  return (
    error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.constructor === errors.JOSEError
  );
}

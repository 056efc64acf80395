import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../src/google/endpoint.ts';
import { createPushVerifier } from '../../src/google/push-token.ts';
import { freePort } from '../../src/local/function-process.ts';

const AUDIENCE = 'https://remediate-1.europe-west1.run.app';
const ACCOUNT = 'push@acme-guestlist.iam.gserviceaccount.com';
const CLAIMS = { email: ACCOUNT, email_verified: true };

describe('threat: the token of a push', () => {
  let server: Server;
  let endpoint: Endpoint;
  let own: CryptoKey;
  let foreign: CryptoKey;
  let published: readonly JWK[] = [];
  let status = 200;

  beforeAll(async () => {
    const [pair, other] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
    own = pair.privateKey;
    foreign = other.privateKey;
    published = [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }];
    server = createServer((request, response) => {
      const isKeys = request.url === '/oauth2/v3/certs';
      response.writeHead(isKeys ? status : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys: published }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    endpoint = { kind: 'local', host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const verify = (authorization: string | undefined) =>
    createPushVerifier({ audience: AUDIENCE, account: ACCOUNT }, endpoint)(authorization);
  const sign = async (
    claims: Readonly<Record<string, unknown>> = CLAIMS,
    { key = own, audience = AUDIENCE, issuer = 'https://accounts.google.com', expires = '1h', kid = 'k1' } = {},
  ) =>
    `Bearer ${await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(key)}`;

  it('passes when Google signed it for this function and the account that pushes', async () => {
    expect(await verify(await sign())).toBeNull();
    expect(await verify(await sign(CLAIMS, { issuer: 'accounts.google.com' }))).toBeNull();
  });

  it.each([
    ['another audience', () => sign(CLAIMS, { audience: 'https://sweep-1.europe-west1.run.app' }), /aud/],
    ['another account', () => sign({ ...CLAIMS, email: 'eve@evil.iam.gserviceaccount.com' }), /another account/],
    ['an address that is not verified', () => sign({ ...CLAIMS, email_verified: false }), /another account/],
    [
      'an address that is only said to be verified',
      () => sign({ ...CLAIMS, email_verified: 'true' }),
      /another account/,
    ],
    ['no address', () => sign({ email_verified: true }), /email/],
    ['another issuer', () => sign(CLAIMS, { issuer: 'https://accounts.google.com.evil.example' }), /iss/],
    ['a time that is over', () => sign(CLAIMS, { expires: '-2m' }), /exp/],
    ['a signature by another key', () => sign(CLAIMS, { key: foreign }), /signature/],
    ['a key that Google does not know', () => sign(CLAIMS, { kid: 'k2' }), /no applicable key/],
  ])('does not pass with %s', async (_name, token, why) => {
    expect(await verify(await token())).toMatch(why);
  });

  it('does not pass without a signature, whatever it says, nor signed with what is public', async () => {
    const base = new UnsecuredJWT(CLAIMS).setIssuer('https://accounts.google.com').setAudience(AUDIENCE);
    const unsecured = base.setExpirationTime('1h').encode();
    expect(await verify(`Bearer ${unsecured}`)).not.toBeNull();
    const publicKey = new TextEncoder().encode(JSON.stringify(published[0]));
    const symmetric = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .setAudience(AUDIENCE)
      .setIssuer('https://accounts.google.com')
      .setExpirationTime('1h')
      .sign(publicKey);
    expect(await verify(`Bearer ${symmetric}`)).not.toBeNull();
  });

  it.each([undefined, '', 'Bearer', 'Bearer x y', 'Basic YTpi', `Bearer ${'x'.repeat(9_000)}`, 'Bearer a.b.c'])(
    'does not pass as %j',
    async (authorization) => {
      expect(await verify(authorization)).not.toBeNull();
    },
  );

  it('is neither passed nor refused while the keys cannot be had', async () => {
    status = 503;
    await expect(verify(await sign())).rejects.toMatchObject({ reason: 'push-keys-unavailable' });
    status = 200;
    const nowhere: Endpoint = { kind: 'local', host: '127.0.0.1', port: await freePort() };
    const blind = createPushVerifier({ audience: AUDIENCE, account: ACCOUNT }, nowhere);
    await expect(blind(await sign())).rejects.toMatchObject({ reason: 'push-keys-unavailable' });
  });
});

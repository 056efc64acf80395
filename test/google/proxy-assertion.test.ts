import { createServer, type Server } from 'node:http';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProxyVerifier, type VerifyAssertion } from '../../src/google/proxy-assertion.ts';
import { closeServer, listenOnLoopback } from '../../src/local/json-server.ts';

const AUDIENCE = '/projects/123456789012/locations/europe-west1/services/guestlist-console';
const ISSUER = 'https://cloud.google.com/iap';

const pair = await generateKeyPair('ES256');
const other = await generateKeyPair('ES256');
const weak = await generateKeyPair('RS256');
const keys = { one: await exportSPKI(pair.publicKey), weak: await exportSPKI(weak.publicKey) };

interface Claims {
  readonly email?: string;
  readonly audience?: string;
  readonly issuer?: string;
  readonly kid?: string;
  readonly issuedAt?: number;
  readonly expiresAt?: number;
  readonly more?: Readonly<Record<string, unknown>>;
}

const seconds = () => Math.floor(Date.now() / 1000);

function signed(claims: Claims = {}, { privateKey }: Pick<typeof pair, 'privateKey'> = pair, alg = 'ES256') {
  return new SignJWT({
    email: 'Ada@example.com',
    sub: 'accounts.google.com:1',
    ...claims.more,
    ...('email' in claims ? { email: claims.email } : {}),
  })
    .setProtectedHeader({ alg, kid: claims.kid ?? 'one', typ: 'JWT' })
    .setIssuer(claims.issuer ?? ISSUER)
    .setAudience(claims.audience ?? AUDIENCE)
    .setIssuedAt(claims.issuedAt ?? seconds())
    .setExpirationTime(claims.expiresAt ?? seconds() + 600)
    .sign(privateKey);
}

describe('the assertion of Identity-Aware Proxy', () => {
  const served = { keys: keys as Record<string, string>, status: 200, asked: 0 };
  let server: Server;
  let port = 0;
  let verify: VerifyAssertion;
  let now = Date.now();

  beforeAll(async () => {
    server = createServer((request, response) => {
      served.asked += 1;
      const isPath = request.url === '/iap/verify/public_key';
      response.writeHead(isPath ? served.status : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(served.keys));
    });
    port = await listenOnLoopback(server);
    verify = createProxyVerifier(AUDIENCE, { kind: 'local', host: '127.0.0.1', port }, () => now);
  });

  afterAll(() => closeServer(server));

  it('says who it is, in lower case', async () => {
    expect(await verify(await signed())).toEqual({ kind: 'person', email: 'ada@example.com' });
  });

  it('asks for the keys once, however many requests come', async () => {
    const fresh = createProxyVerifier(AUDIENCE, { kind: 'local', host: '127.0.0.1', port }, () => now);
    served.asked = 0;
    const assertion = await signed();
    await Promise.all(Array.from({ length: 20 }, () => fresh(assertion)));
    await fresh(assertion);
    expect(served.asked).toBe(1);
  });

  it.each<[string, () => Promise<string | undefined>, string]>([
    ['without an assertion', async () => undefined, 'it carries no assertion'],
    ['with something else', async () => 'ada@example.com', 'its assertion is none'],
    ['signed with another key', () => signed({}, other), 'the signature of its assertion is wrong'],
    ['signed with a key that is not the proxy’s', () => signed({ kid: 'two' }), 'none of the proxy'],
    ['with a key named like a property of every object', () => signed({ kid: 'constructor' }), 'none of the proxy'],
    ['signed by another algorithm', () => signed({ kid: 'weak' }, weak, 'RS256'), 'its assertion is none'],
    ['for another audience', () => signed({ audience: '/projects/1/locations/x/services/y' }), 'another audience'],
    ['issued by somebody else', () => signed({ issuer: 'https://accounts.google.com' }), 'not issued by the proxy'],
    ['that has expired', () => signed({ issuedAt: seconds() - 2_000, expiresAt: seconds() - 1_000 }), 'has expired'],
    ['of the future', () => signed({ issuedAt: seconds() + 1_000, expiresAt: seconds() + 1_600 }), 'of the future'],
    ['that lasts for days', () => signed({ expiresAt: seconds() + 900_000 }), 'last too long'],
    ['without an address', () => signed({ email: undefined as unknown as string }), 'names no e-mail address'],
    ['with an address of another kind', () => signed({ email: 'accounts.google.com:ada@example.com' }), 'no e-mail'],
    [
      'of a workforce pool',
      () => signed({ more: { sub: 'sts.google.com:x', workforce_identity: {} } }),
      'Google account',
    ],
    ['that hides its workforce pool', () => signed({ more: { workforce_identity: {} } }), 'Google account'],
    ['of another source', () => signed({ more: { identity_source: 'WORKFORCE_IDENTITY' } }), 'Google account'],
    ['of Identity Platform', () => signed({ more: { gcip: { email_verified: false } } }), 'Google account'],
    ['of nobody', () => signed({ more: { sub: 'ada@example.com' } }), 'Google account'],
    ['twice, as two headers would be', async () => `${await signed()}, ${await signed()}`, 'its assertion is none'],
  ])('threat: is refused %s', async (_what, assertion, why) => {
    now += 60_000;
    expect(await verify(await assertion())).toEqual({ kind: 'refused', why: expect.stringContaining(why) });
  });

  it('threat: is refused when any of it was changed', async () => {
    const [head = '', body = '', signature = ''] = (await signed()).split('.');
    const claims: unknown = JSON.parse(Buffer.from(body, 'base64url').toString());
    const eve = Buffer.from(JSON.stringify({ ...(claims as object), email: 'eve@example.com' })).toString('base64url');
    expect((await verify(`${head}.${eve}.${signature}`)).kind).toBe('refused');
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid: 'one' })).toString('base64url');
    expect((await verify(`${none}.${body}.${signature}`)).kind).toBe('refused');
  });

  it('takes a new key when the proxy has one, but does not ask for made-up ones again and again', async () => {
    const next = await generateKeyPair('ES256');
    served.keys = { ...keys, next: await exportSPKI(next.publicKey) };
    const assertion = await signed({ kid: 'next' }, next);
    now += 31_000;
    expect((await verify(assertion)).kind).toBe('person');
    served.asked = 0;
    for (let tries = 0; tries < 5; tries += 1) await verify(await signed({ kid: `made-up-${tries}` }));
    expect(served.asked).toBe(0);
  });

  it('says that the keys are away, which is nobody’s fault', async () => {
    served.status = 404;
    const fresh = createProxyVerifier(AUDIENCE, { kind: 'local', host: '127.0.0.1', port }, () => now);
    served.asked = 0;
    expect((await fresh(await signed())).kind).toBe('keys-unavailable');
    const asked = served.asked;
    expect((await fresh(await signed())).kind).toBe('keys-unavailable');
    expect(served.asked).toBe(asked);
    now += 6_000;
    served.status = 200;
    expect((await fresh(await signed())).kind).toBe('person');
  });

  it('goes on with the keys it knows while they cannot be read anew, for a day', async () => {
    const fresh = createProxyVerifier(AUDIENCE, { kind: 'local', host: '127.0.0.1', port }, () => now);
    expect((await fresh(await signed())).kind).toBe('person');
    served.status = 404;
    now += 2 * 3_600_000;
    expect((await fresh(await signed())).kind).toBe('person');
    now += 24 * 3_600_000;
    expect((await fresh(await signed())).kind).toBe('keys-unavailable');
    served.status = 200;
  });
});

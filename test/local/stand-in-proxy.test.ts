import { createServer, request, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProxyVerifier } from '../../src/google/proxy-assertion.ts';
import { closeServer, listenOnLoopback } from '../../src/local/json-server.ts';
import { type StandInProxy, startStandInProxy } from '../../src/local/stand-in-proxy.ts';

/** Asks with headers that fetch would not send. */
function ask(
  url: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
  body = '',
): Promise<{ readonly status: number; readonly text: string; readonly cookie: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, cookie: response.headers['set-cookie']?.[0] ?? '' }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('the stand-in for Identity-Aware Proxy', () => {
  let proxy: StandInProxy;
  let server: Server;
  const seen: string[] = [];

  beforeAll(async () => {
    proxy = await startStandInProxy([{ email: 'ada@example.com', who: 'approves' }]);
    server = createServer((incoming, response) => {
      seen.push(JSON.stringify(incoming.headers));
      response.end('the console');
    });
    proxy.connect(await listenOnLoopback(server));
  });

  afterAll(async () => {
    await proxy.stop();
    await closeServer(server);
  });

  it('says loudly that it is one, and lets one be somebody whom it knows', async () => {
    const page = await ask(`${proxy.url}/stand-in`, {});
    expect(page.text).toContain('This is no sign-in');
    const form = { origin: proxy.url, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await ask(`${proxy.url}/stand-in`, form, 'POST', 'email=eve@example.com')).status).toBe(403);
    const { status, cookie } = await ask(`${proxy.url}/stand-in`, form, 'POST', 'email=ada@example.com');
    expect([status, cookie]).toEqual([303, expect.stringContaining('ada%40example.com')]);
  });

  it('signs what the console verifies, and passes on nothing that a browser says of the proxy', async () => {
    const cookie = 'stand-in-person=ada%40example.com';
    const forged = { cookie, 'x-goog-iap-jwt-assertion': 'forged', 'x-goog-authenticated-user-email': 'eve' };
    expect((await ask(`${proxy.url}/`, forged)).text).toBe('the console');
    const headers: unknown = JSON.parse(seen.at(-1) ?? '');
    expect(headers).not.toHaveProperty('x-goog-authenticated-user-email');
    const port = Number(new URL(proxy.url).port);
    const verify = createProxyVerifier(
      proxy.environment.GUESTLIST_IAP_AUDIENCE ?? '',
      { kind: 'local', host: '127.0.0.1', port },
      Date.now,
    );
    const assertion = (headers as Readonly<Record<string, string>>)['x-goog-iap-jwt-assertion'];
    expect(await verify(assertion)).toEqual({ kind: 'person', email: 'ada@example.com' });
  });

  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '10.0.0.1'])(
    'threat: answers nothing under the name %s, so that no page elsewhere can reach it by a name of its own',
    async (host) => {
      const count = seen.length;
      const { status } = await ask(`${proxy.url}/`, { host, cookie: 'stand-in-person=ada%40example.com' });
      expect([status, seen.length]).toEqual([403, count]);
    },
  );

  it('threat: takes no choice of person from another site', async () => {
    const form = { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' };
    expect((await ask(`${proxy.url}/stand-in`, form, 'POST', 'email=ada@example.com')).status).toBe(403);
  });

  it('asks who one is before anything else', async () => {
    expect((await ask(`${proxy.url}/grants`, {})).status).toBe(303);
    expect((await ask(`${proxy.url}/grants`, { cookie: 'stand-in-person=eve%40example.com' })).status).toBe(303);
    expect((await ask(`${proxy.url}/grants`, { cookie: 'stand-in-person=%' })).status).toBe(303);
  });
});

import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostJson } from '../../src/channels/post-json.ts';
import { isPublicAddress, lookupPublic } from '../../src/channels/public-address.ts';

interface Seen {
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  readonly at: number;
}

describe('a post', () => {
  let server: Server;
  let url = new URL('http://127.0.0.1:1/');
  const seen: Seen[] = [];
  let answer: (response: ServerResponse, count: number) => void = (response) => response.end('ok');
  const post = createPostJson('public-and-loopback');

  beforeEach(async () => {
    seen.length = 0;
    answer = (response) => response.end('ok');
    server = createServer((request, response) => {
      void text(request).then((body) => {
        seen.push({ body, headers: request.headers, at: Date.now() });
        answer(response, seen.length);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = new URL(`http://127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}/secret/path`);
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('arrives as it is, with its headers', async () => {
    expect(await post(url, '{"a":1}', { 'x-one': '1' })).toEqual({ status: 200, text: 'ok' });
    expect(seen[0]?.body).toBe('{"a":1}');
    expect(seen[0]?.headers).toEqual(
      expect.objectContaining({ 'content-type': 'application/json; charset=utf-8', 'x-one': '1' }),
    );
  });

  it('is tried again after an answer that passes, with the same body', async () => {
    answer = (response, count) => response.writeHead(count < 3 ? 503 : 200).end();
    await post(url, '{"a":1}', {});
    expect(seen.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}', '{"a":1}']);
  }, 20_000);

  it('waits as long as the server asks for', async () => {
    answer = (response, count) => response.writeHead(count === 1 ? 429 : 200, { 'retry-after': '2' }).end();
    await post(url, '{}', {});
    const [first, second] = seen;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_900);
  }, 20_000);

  it('fails after a bounded number of tries, without a word about where it went', async () => {
    answer = (response) => response.writeHead(500).end('internal');
    const failure = await post(url, '{}', {}).then(
      () => '',
      (error: unknown) => String(error),
    );
    expect(failure).toBe('Error: HTTP 500 after 4 tries');
    expect(seen).toHaveLength(4);
  }, 20_000);

  it('is not tried again where the answer stays the same', async () => {
    answer = (response) => response.writeHead(404).end();
    await expect(post(url, '{}', {})).rejects.toThrow('HTTP 404');
    expect(seen).toHaveLength(1);
  });

  it('threat: follows no redirect', async () => {
    answer = (response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    await expect(post(url, '{}', {})).rejects.toThrow('redirect, which is not followed');
    expect(seen).toHaveLength(1);
  });

  it.each([
    'https://127.0.0.1/',
    'https://localhost/',
    'https://10.1.2.3/',
    'https://192.168.0.1/',
    'https://172.16.0.1/',
    'https://169.254.169.254/computeMetadata/v1/',
    'https://[::1]/',
    'https://[fe80::1]/',
    'https://[fd00::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://2130706433/',
    'https://0x7f.1/',
    'http://example.com/',
    'ftp://example.com/',
  ])('threat: does not go to %s', async (address) => {
    await expect(createPostJson('public')(new URL(address), '{}', {})).rejects.toThrow(/not public|https URL/);
  });

  it('threat: does not go to a name that resolves to an address that is not public', async () => {
    const failure = await new Promise((resolve) => lookupPublic('localhost', { all: true }, (error) => resolve(error)));
    expect(String(failure)).toContain('an address that is not public');
  });

  it('knows public addresses from others', () => {
    for (const address of ['8.8.8.8', '142.250.74.1', '2a00:1450:4001:80b::200e'])
      expect(isPublicAddress(address)).toBe(true);
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', 'fe80::1', 'x'])
      expect(isPublicAddress(address)).toBe(false);
  });
});

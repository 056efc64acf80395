import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAllowlist } from '../../src/allowlist-source.ts';
import type { LogEvent } from '../../src/event-log.ts';
import { createObjectReader, parseObjectName } from '../../src/google/storage-object.ts';

const ALLOWLIST = 'version: 1\norganization: "123456789012"\nmode: apply\n';

describe('an allowlist in Cloud Storage', () => {
  let server: Server;
  let port = 0;
  let answer: { status: number; text: string; etag: string } = { status: 200, text: ALLOWLIST, etag: '"1"' };
  const asked: string[] = [];

  beforeEach(async () => {
    asked.length = 0;
    answer = { status: 200, text: ALLOWLIST, etag: '"1"' };
    server = createServer((request, response) => {
      const isSame = request.headers['if-none-match'] === answer.etag;
      asked.push(`${request.url} ${isSame ? 'same' : 'new'}`);
      const status = answer.status === 200 && isSame ? 304 : answer.status;
      response.writeHead(status, { etag: answer.etag }).end(status === 200 ? answer.text : '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = address === null || typeof address === 'string' ? 0 : address.port;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const reader = () => {
    const name = parseObjectName('gs://acme-config/guestlist/allowlist.yaml');
    if (name === null) throw new Error('no name');
    return createObjectReader(name, { kind: 'local', host: '127.0.0.1', port });
  };

  it('is read by its name, and loaded again only when it has changed', async () => {
    const read = reader();
    expect(await read()).toBe(ALLOWLIST);
    expect(await read()).toBe(ALLOWLIST);
    answer = { status: 200, text: 'changed', etag: '"2"' };
    expect(await read()).toBe('changed');
    const url = '/storage/v1/b/acme-config/o/guestlist%2Fallowlist.yaml?alt=media';
    expect(asked).toEqual([`${url} new`, `${url} same`, `${url} new`]);
  });

  it('threat: is what was asked for, when two requests at once end in the other order', async () => {
    const read = reader();
    await read();
    const gate = Promise.withResolvers<void>();
    let requests = 0;
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      requests += 1;
      const isFirst = requests === 1;
      const finish = () => {
        const isSame = request.headers['if-none-match'] === (isFirst ? '"1"' : '"2"');
        response.writeHead(isSame ? 304 : 200, { etag: isFirst ? '"1"' : '"2"' }).end(isSame ? '' : 'changed');
      };
      if (isFirst) void gate.promise.then(finish);
      else finish();
    });
    const earlier = read();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await read()).toBe('changed');
    gate.resolve();
    expect(await earlier).toBe(ALLOWLIST);
  });

  it('is not there when Google says so, which keeps the last good one at propose', async () => {
    const events: LogEvent[] = [];
    const source = await openAllowlist('gs://x/y', reader(), { write: (event) => void events.push(event) });
    expect((await source.current()).mode).toBe('apply');
    answer = { status: 404, text: '', etag: '"3"' };
    expect(await source.standing()).toEqual({ mode: 'propose', version: 'unusable' });
    expect(events).toEqual([
      { event: 'allowlist-unusable', detail: expect.stringContaining('gs://x/y could not be read') },
    ]);
    answer = { status: 200, text: ALLOWLIST, etag: '"4"' };
    expect((await source.standing()).mode).toBe('apply');
  });

  it('threat: is never taken for what it was while it cannot be asked for', async () => {
    const source = await openAllowlist('gs://x/y', reader(), { write: () => {} });
    answer = { status: 503, text: '', etag: '' };
    await expect(source.standing()).rejects.toMatchObject({ reason: 'allowlist-unavailable' });
    answer = { status: 429, text: '', etag: '' };
    await expect(source.current()).rejects.toMatchObject({ reason: 'allowlist-unavailable' });
  });

  it.each(['gs://', 'gs://bucket', 'gs://Bucket/x', 'gs://b/x', 'https://bucket/x', 'gs://bucket/a b', 'bucket/x'])(
    'is not named by %s',
    (text) => {
      expect(parseObjectName(text)).toBeNull();
    },
  );
});

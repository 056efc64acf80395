import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asServiceAccount, deniedCall } from '../../src/local/demo/demo-entries.ts';
import { gist, openStage, push, reportsIn, type Stage } from './stage.ts';

const denialOf = (name: string) =>
  JSON.stringify(
    deniedCall({
      insertId: name,
      project: 'acme-ml',
      caller: asServiceAccount(`${name}@acme-ml.iam.gserviceaccount.com`),
    }),
  );

describe('a report on its way to Slack, Google Chat, Teams and a webhook', () => {
  let server: Server;
  let stage: Stage;
  const posts: { path: string; body: unknown }[] = [];
  let isSlackDown = false;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
      void json(request).then((body) => {
        const isRefused = path === '/slack' && isSlackDown;
        if (!isRefused) posts.push({ path, body });
        response.writeHead(isRefused ? 400 : 200).end('ok');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const base = `http://127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}`;
    stage = await openStage({
      environment: {
        GUESTLIST_SLACK_WEBHOOK: `${base}/slack`,
        GUESTLIST_CHAT_WEBHOOK: `${base}/chat?key=secret-key`,
        GUESTLIST_TEAMS_WEBHOOK: `${base}/teams`,
        GUESTLIST_WEBHOOK_URL: `${base}/webhook`,
        GUESTLIST_WEBHOOK_SECRET: 'secret-key',
      },
    });
  });
  afterAll(async () => {
    await stage.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('arrives at each of them, once, in the form of each', async () => {
    expect(await push(stage.instances[0]?.port ?? 0, denialOf('first'))).toBe(204);
    expect(posts.map(({ path }) => path).toSorted()).toEqual(['/chat', '/slack', '/teams', '/webhook']);
    const body = (path: string) => posts.find((post) => post.path === path)?.body;
    expect(body('/slack')).toEqual(expect.objectContaining({ blocks: expect.any(Array), text: expect.any(String) }));
    expect(body('/chat')).toEqual(expect.objectContaining({ cardsV2: expect.any(Array) }));
    expect(body('/teams')).toEqual(expect.objectContaining({ type: 'message', attachments: expect.any(Array) }));
    expect(body('/webhook')).toEqual(expect.objectContaining({ schema: 'guestlist.report/v1' }));
    for (const path of ['/slack', '/chat', '/teams']) expect(JSON.stringify(body(path))).toContain('has no role there');
  });

  it('is not kept from the others by one that fails, which alone gets it again; no secret is logged', async () => {
    const instance = stage.instances[0];
    posts.length = 0;
    isSlackDown = true;
    expect(await push(instance?.port ?? 0, denialOf('second'))).toBe(500);
    expect(posts.map(({ path }) => path).toSorted()).toEqual(['/chat', '/teams', '/webhook']);
    const failed = await instance?.waitForLine(0, ({ event }) => event === 'delivery-failed', 5_000);
    expect(failed).toEqual(expect.objectContaining({ channel: 'slack', detail: 'HTTP 400' }));
    posts.length = 0;
    isSlackDown = false;
    expect(await push(instance?.port ?? 0, denialOf('second'))).toBe(204);
    expect(posts.map(({ path }) => path)).toEqual(['/slack']);
    expect(reportsIn(stage.cloud).map(gist)).toEqual(['missing-role apply applied', 'missing-role apply applied']);
    expect(JSON.stringify(instance?.lines)).not.toContain('secret-key');
    expect(JSON.stringify(instance?.lines)).not.toContain('/slack');
  });

  it('rests on a channel that fails again and again, and says so', async () => {
    const instance = stage.instances[0];
    isSlackDown = true;
    for (let count = 0; count < 6; count += 1) await push(instance?.port ?? 0, denialOf(`down${count}`));
    const paused = await instance?.waitForLine(0, ({ event }) => event === 'channel-paused', 5_000);
    expect(paused).toEqual(expect.objectContaining({ channel: 'slack', severity: 'ERROR' }));
  }, 60_000);
});

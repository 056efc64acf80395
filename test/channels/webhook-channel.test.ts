import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createWebhookChannel } from '../../src/channels/webhook-channel.ts';
import { reportFor } from '../fixtures/report.ts';
import { ownFolder } from '../own-folder.ts';

const url = new URL('https://hooks.example.com/guestlist');

function openWebhook() {
  const posts: { body: string; headers: Readonly<Record<string, string>> }[] = [];
  const channel = createWebhookChannel(
    { url, secret: 'correct horse' },
    async (_url, body, headers) => {
      posts.push({ body, headers });
      return { status: 200, text: '' };
    },
    () => Date.parse('2026-11-24T02:14:12Z'),
  );
  return { channel, posts };
}

describe('the webhook', () => {
  it('posts the report as it is, with a signature over time and body that its receiver can check', async () => {
    const { channel, posts } = openWebhook();
    await channel.send({ report: reportFor('applied'), news: 'opened' }, null);
    const [post] = posts;
    expect(JSON.parse(post?.body ?? '')).toEqual(reportFor('applied'));
    const { 'guestlist-timestamp': time = '', 'guestlist-signature': signature = '' } = post?.headers ?? {};
    expect(time).toBe('1795486452');
    const expected = `v1=${createHmac('sha256', 'correct horse').update(`${time}.${post?.body}`).digest('hex')}`;
    expect(timingSafeEqual(Buffer.from(signature), Buffer.from(expected))).toBe(true);
  });

  it('is checked by the code that the README gives to its receivers, and nothing else passes', async () => {
    const { channel, posts } = openWebhook();
    await channel.send({ report: reportFor('applied'), news: 'opened' }, null);
    const [post] = posts;
    const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
    const file = join(ownFolder(), 'check.mjs');
    writeFileSync(file, `${code}\nexport { isGuestlist };\n`);
    const { isGuestlist } = await import(file);
    vi.useFakeTimers({ now: Date.parse('2026-11-24T02:14:20Z'), toFake: ['Date'] });
    try {
      expect(isGuestlist(post?.headers, post?.body, 'correct horse')).toBe(true);
      expect(isGuestlist(post?.headers, `${post?.body} `, 'correct horse')).toBe(false);
      expect(isGuestlist(post?.headers, post?.body, 'battery staple')).toBe(false);
      vi.setSystemTime(Date.parse('2026-11-24T03:00:00Z'));
      expect(isGuestlist(post?.headers, post?.body, 'correct horse')).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it('names each delivery by its report, so that a second one can be told', async () => {
    const { channel, posts } = openWebhook();
    await channel.send({ report: reportFor('applied'), news: 'opened' }, null);
    await channel.send({ report: reportFor('applied'), news: 'opened' }, null);
    expect(posts.map(({ headers }) => headers['guestlist-delivery'])).toEqual([
      reportFor('applied').id,
      reportFor('applied').id,
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { createChatChannel } from '../../src/channels/chat-channel.ts';
import type { PostJson } from '../../src/channels/post-json.ts';
import { createSlackBotChannel, createSlackWebhookChannel } from '../../src/channels/slack-channels.ts';
import { createTeamsChannel } from '../../src/channels/teams-channel.ts';
import type { Digest } from '../../src/report/digest-report.ts';
import type { NewsKind } from '../../src/report/posting.ts';
import { reportFor } from '../fixtures/report.ts';

const posting = (news: NewsKind) => ({ report: reportFor('applied'), news });
const render = {
  posting: ({ news }: { readonly news: string }) => ({ text: news }),
  digest: () => ({ text: 'digest' }),
};
const DIGEST: Digest = {
  schema: 'guestlist.digest/v1',
  id: 'd-1',
  from: '2026-11-23T00:00:00Z',
  to: '2026-11-24T00:00:00Z',
  openProposals: [],
  grantsMade: [],
  grantsThatEndSoon: [],
  grantsThatFailed: [],
  causes: [],
  ignored: [],
  hoursSaved: 0,
  isCut: false,
};

/** Answers posts like Slack does, and keeps what was asked. */
function openSlack(refuse: (method: string) => string | null = () => null) {
  const calls: string[] = [];
  const post: PostJson = async (url, body, headers) => {
    const method = url.pathname.replace('/api/', '');
    calls.push(`${method} ${body} ${headers.authorization ?? ''}`.trim());
    const error = refuse(method);
    const answer =
      error === null ? { ok: true, channel: 'C1', ts: `1700000000.${calls.length}` } : { ok: false, error };
    return { status: 200, text: JSON.stringify(answer) };
  };
  const bot = { token: 'xoxb-1', channel: 'C1', api: new URL('https://slack.com/api/') };
  return { calls, channel: createSlackBotChannel(bot, post, render) };
}

describe('Slack by a bot', () => {
  it('keeps one message for an incident, shows in it how things stand, and tells what is new in its thread', async () => {
    const { calls, channel } = openSlack();
    const thread = await channel.send(posting('opened'), null);
    expect(thread).toBe('C1 1700000000.1');
    expect(await channel.send(posting('changed'), thread)).toBeNull();
    expect(calls).toEqual([
      'chat.postMessage {"channel":"C1","text":"opened"} Bearer xoxb-1',
      'chat.update {"channel":"C1","ts":"1700000000.1","text":"changed"} Bearer xoxb-1',
      'chat.postMessage {"channel":"C1","thread_ts":"1700000000.1","text":"changed"} Bearer xoxb-1',
    ]);
  });

  it('only updates the message for what follows from what was told before', async () => {
    const { calls, channel } = openSlack();
    await channel.send(posting('verified'), 'C1 1.1');
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['chat.update']);
  });

  it('starts anew where its message was deleted', async () => {
    const { channel } = openSlack((method) => (method === 'chat.update' ? 'message_not_found' : null));
    expect(await channel.send(posting('changed'), 'C1 1.1')).toBe('C1 1700000000.2');
  });

  it('fails with what Slack says, and without the token', async () => {
    const { channel } = openSlack(() => 'invalid_auth');
    await expect(channel.send(posting('opened'), null)).rejects.toThrow('Slack refused chat.postMessage: invalid_auth');
    await expect(channel.send(posting('changed'), 'C1 1.1')).rejects.toThrow('Slack refused chat.update: invalid_auth');
  });

  it('posts the digest as a message of its own', async () => {
    const { calls, channel } = openSlack();
    await channel.sendDigest(DIGEST);
    expect(calls).toEqual(['chat.postMessage {"channel":"C1","text":"digest"} Bearer xoxb-1']);
  });
});

function openPost() {
  const posts: { url: string; body: string }[] = [];
  const post: PostJson = async (url, body) => {
    posts.push({ url: String(url), body });
    return { status: 200, text: '' };
  };
  return { posts, post };
}

describe('Google Chat by a webhook', () => {
  it('threads by the incident, and lets Chat tell a second arrival by the report', async () => {
    const { posts, post } = openPost();
    const url = new URL('https://chat.googleapis.com/v1/spaces/A/messages?key=k&token=t');
    const channel = createChatChannel(url, post, render);
    await channel.send(posting('opened'), null);
    const { report } = posting('opened');
    const sent = new URL(posts[0]?.url ?? '');
    expect(Object.fromEntries(sent.searchParams)).toEqual({
      key: 'k',
      token: 't',
      threadKey: report.incident.id,
      messageReplyOption: 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD',
      requestId: `${report.id}-opened`,
    });
    expect(posts[0]?.body).toBe('{"text":"opened"}');
  });
});

describe('Slack by a webhook, and Teams by a workflow', () => {
  it('post changes only, each as a message of its own', async () => {
    const { posts, post } = openPost();
    const url = new URL('https://hooks.slack.com/services/T/B/x');
    for (const create of [createSlackWebhookChannel, createTeamsChannel]) {
      const channel = create(url, post, render);
      expect(channel.hears).toBe('changes');
      expect(await channel.send(posting('opened'), null)).toBeNull();
      await channel.sendDigest(DIGEST);
    }
    expect(posts.map(({ body }) => body)).toEqual([
      '{"text":"opened"}',
      '{"text":"digest"}',
      '{"text":"opened"}',
      '{"text":"digest"}',
    ]);
  });
});

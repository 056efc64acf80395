import { isRecord } from '../ingest/fields.ts';
import type { Channel } from '../report/deliver.ts';
import { QUIET_NEWS } from '../report/posting.ts';
import type { PostJson } from './post-json.ts';
import type { Rendering } from './rendering.ts';

/** An incoming webhook only posts: every change is a message of its own. Slack does not tell a second one from the first. */
export function createSlackWebhookChannel(url: URL, post: PostJson, render: Rendering): Channel {
  return {
    name: 'slack',
    hears: 'changes',
    send: async (posting) => {
      await post(url, JSON.stringify(render.posting(posting)), {});
      return null;
    },
    sendDigest: async (digest) => void (await post(url, JSON.stringify(render.digest(digest)), {})),
  };
}

/** A bot of the organization's Slack app, with the scope `chat:write`, and the channel it posts to. */
export interface SlackBot {
  readonly token: string;
  readonly channel: string;
  /** `https://slack.com/api/`, or a stand-in. */
  readonly api: URL;
}

/**
 * A bot keeps one message for each incident: its first message always shows how things stand, and what is new follows
 * in its thread. The thread is the message's channel and time stamp.
 */
export function createSlackBotChannel(bot: SlackBot, post: PostJson, render: Rendering): Channel {
  const call = (method: string, body: object) => callSlack(bot, method, body, post);
  return {
    name: 'slack',
    hears: 'everything',
    send: async (posting, thread) => {
      const message = render.posting(posting);
      const [channel = '', ts = ''] = thread?.split(' ') ?? [];
      if (ts === '' || !(await isUpdated(call('chat.update', { channel, ts, ...message })))) {
        const sent = await call('chat.postMessage', { channel: bot.channel, ...message });
        return `${sent.channel} ${sent.ts}`;
      }
      // Nobody is called to the thread for what only follows from what was told before.
      if (!QUIET_NEWS.has(posting.news)) await call('chat.postMessage', { channel, thread_ts: ts, ...message });
      return null;
    },
    sendDigest: async (digest) =>
      void (await call('chat.postMessage', { channel: bot.channel, ...render.digest(digest) })),
  };
}

/** What Slack answered in the place of doing it. */
class SlackRefusal extends Error {
  readonly code: string;

  constructor(method: string, code: string) {
    super(`Slack refused ${method}: ${code}`);
    this.code = code;
  }
}

/** The message that would be updated is not there any more: somebody deleted it, or the bot posts elsewhere now. */
const GONE: ReadonlySet<string> = new Set(['message_not_found', 'channel_not_found', 'cant_update_message']);

async function isUpdated(update: Promise<unknown>): Promise<boolean> {
  try {
    await update;
    return true;
  } catch (error) {
    if (error instanceof SlackRefusal && GONE.has(error.code)) return false;
    throw error;
  }
}

// Slack answers 200 with what went wrong in the body.
async function callSlack(
  { token, api }: SlackBot,
  method: string,
  body: object,
  post: PostJson,
): Promise<{ readonly channel: string; readonly ts: string }> {
  const { text } = await post(new URL(method, api), JSON.stringify(body), { authorization: `Bearer ${token}` });
  const answer: unknown = parse(text);
  if (!isRecord(answer) || answer.ok !== true)
    throw new SlackRefusal(method, isRecord(answer) ? String(answer.error) : 'no JSON');
  return { channel: String(answer.channel), ts: String(answer.ts) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

import { createHmac } from 'node:crypto';
import type { Channel } from '../report/deliver.ts';
import type { PostJson } from './post-json.ts';

/** A webhook of the organization's own: where it is, and the secret by which it knows us. */
export interface Webhook {
  readonly url: URL;
  readonly secret: string;
}

/**
 * Reports as JSON to any HTTPS endpoint. `guestlist-signature` is `v1=` and the HMAC-SHA256, in hex, of the time in
 * `guestlist-timestamp` (seconds since the epoch), a dot and the body; `guestlist-delivery` is the same for the same
 * report, however often it comes.
 */
export function createWebhookChannel({ url, secret }: Webhook, post: PostJson, now: () => number): Channel {
  const send = async (id: string, schema: string, body: string, news: string): Promise<void> => {
    const timestamp = String(Math.floor(now() / 1000));
    await post(url, body, {
      'guestlist-timestamp': timestamp,
      'guestlist-signature': `v1=${signatureOf(secret, timestamp, body)}`,
      'guestlist-delivery': id,
      'guestlist-schema': schema,
      'guestlist-news': news,
    });
  };
  return {
    name: 'webhook',
    hears: 'everything',
    send: async ({ report, news }) => {
      await send(report.id, report.schema, JSON.stringify(report), news);
      return null;
    },
    sendDigest: (digest) => send(digest.id, digest.schema, JSON.stringify(digest), 'digest'),
  };
}

/** The signature of a body that was sent at a time. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}

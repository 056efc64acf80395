import type { Digest } from './digest-report.ts';
import type { Posting } from './posting.ts';

/** What a message is sent with, in the query of the webhook's address. */
export interface ChatRequest {
  /** All messages about one incident stand in one thread. */
  readonly threadKey: string;
  /** Chat answers with the message that is there when the same one is sent twice. */
  readonly requestId: string;
  readonly messageReplyOption: 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD';
}

/** Threads by incident, once for each report and its news (chat v1: spaces.messages.create). */
export function chatRequest({ report, news }: Posting): ChatRequest {
  return {
    threadKey: report.incident.id,
    requestId: `${report.id}-${news}`,
    messageReplyOption: 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD',
  };
}

/** All digests stand in one thread. */
export function chatDigestRequest({ id }: Digest): ChatRequest {
  return { threadKey: 'digests', requestId: id, messageReplyOption: 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD' };
}

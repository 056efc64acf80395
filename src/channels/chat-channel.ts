import { type ChatRequest, chatDigestRequest, chatRequest } from '../report/chat-request.ts';
import type { Channel } from '../report/deliver.ts';
import type { PostJson } from './post-json.ts';
import type { Rendering } from './rendering.ts';

/** Google Chat through an incoming webhook: threads by incident, and what comes twice is shown once. */
export function createChatChannel(url: URL, post: PostJson, render: Rendering): Channel {
  return {
    name: 'chat',
    hears: 'everything',
    send: async (posting) => {
      await post(addressed(url, chatRequest(posting)), JSON.stringify(render.posting(posting)), {});
      return null;
    },
    sendDigest: async (digest) =>
      void (await post(addressed(url, chatDigestRequest(digest)), JSON.stringify(render.digest(digest)), {})),
  };
}

function addressed(url: URL, request: ChatRequest): URL {
  const address = new URL(url);
  for (const [name, value] of Object.entries(request)) address.searchParams.set(name, value);
  return address;
}

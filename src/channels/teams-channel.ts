import type { Channel } from '../report/deliver.ts';
import type { PostJson } from './post-json.ts';
import type { Rendering } from './rendering.ts';

/** Microsoft Teams through a workflow ("When a Teams webhook request is received"): it only posts, and keeps no threads. */
export function createTeamsChannel(url: URL, post: PostJson, render: Rendering): Channel {
  return {
    name: 'teams',
    hears: 'changes',
    send: async (posting) => {
      await post(url, JSON.stringify(render.posting(posting)), {});
      return null;
    },
    sendDigest: async (digest) => void (await post(url, JSON.stringify(render.digest(digest)), {})),
  };
}

import type { Digest } from './digest-report.ts';
import { digestDocument } from './document/digest-document.ts';
import { reportDocument } from './document/report-document.ts';
import { type ChatMessage, drawChat } from './draw-chat.ts';
import type { Posting } from './posting.ts';

/** A report for Google Chat as a card. `wholeLink` is the page that holds what had to be left out, or null. */
export function renderChat(posting: Posting, wholeLink: string | null = null): ChatMessage {
  return drawChat(reportDocument(posting, wholeLink));
}

/** The digest for Google Chat. */
export function renderDigestChat(digest: Digest): ChatMessage {
  return drawChat(digestDocument(digest));
}

import type { Digest } from './digest-report.ts';
import { digestDocument } from './document/digest-document.ts';
import { reportDocument } from './document/report-document.ts';
import { drawHtml } from './draw-html.ts';
import type { Posting } from './posting.ts';

/** A report as a page of its own. `wholeLink` is another page about it to link to, or null. */
export function renderHtml(posting: Posting, wholeLink: string | null = null): string {
  return drawHtml([reportDocument(posting, wholeLink)]);
}

/** Several reports as one page, in their order. */
export function renderHtmlPage(postings: readonly Posting[]): string {
  return drawHtml(postings.map((posting) => reportDocument(posting, null)));
}

/** The digest as a page of its own. */
export function renderDigestHtml(digest: Digest): string {
  return drawHtml([digestDocument(digest)]);
}

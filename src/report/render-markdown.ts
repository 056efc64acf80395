import type { Digest } from './digest-report.ts';
import { digestDocument } from './document/digest-document.ts';
import { reportDocument } from './document/report-document.ts';
import { drawMarkdown } from './draw-markdown.ts';
import type { Posting } from './posting.ts';

/** A report as GitHub-flavoured Markdown. Text from the entry is escaped; commands stand in fences they cannot end. */
export function renderMarkdown(posting: Posting, wholeLink: string | null = null): string {
  return drawMarkdown(reportDocument(posting, wholeLink));
}

/** The digest as GitHub-flavoured Markdown. */
export function renderDigestMarkdown(digest: Digest): string {
  return drawMarkdown(digestDocument(digest));
}

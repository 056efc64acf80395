import type { Digest } from './digest-report.ts';
import { digestDocument } from './document/digest-document.ts';
import { reportDocument } from './document/report-document.ts';
import { drawText } from './draw-text.ts';
import type { Posting } from './posting.ts';

/** A report as plain text for a terminal or a mail. Text from the entry stays on its line and holds no control codes. */
export function renderText(posting: Posting, wholeLink: string | null = null): string {
  return drawText(reportDocument(posting, wholeLink));
}

/** The digest as plain text. */
export function renderDigestText(digest: Digest): string {
  return drawText(digestDocument(digest));
}

import type { Digest } from './digest-report.ts';
import { digestDocument } from './document/digest-document.ts';
import { reportDocument } from './document/report-document.ts';
import { drawSlack, type SlackMessage } from './draw-slack.ts';
import type { Posting } from './posting.ts';

/** A report for Slack in Block Kit. `wholeLink` is the page that holds what had to be left out, or null. */
export function renderSlack(posting: Posting, wholeLink: string | null = null): SlackMessage {
  return drawSlack(reportDocument(posting, wholeLink));
}

/** The digest for Slack. */
export function renderDigestSlack(digest: Digest): SlackMessage {
  return drawSlack(digestDocument(digest));
}

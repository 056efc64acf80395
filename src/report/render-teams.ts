import type { Digest } from './digest-report.ts';
import { digestDocument } from './document/digest-document.ts';
import { reportDocument } from './document/report-document.ts';
import { drawTeams, type TeamsMessage } from './draw-teams.ts';
import type { Posting } from './posting.ts';

/** A report for Microsoft Teams as an Adaptive Card. `wholeLink` is the page that holds what was left out, or null. */
export function renderTeams(posting: Posting, wholeLink: string | null = null): TeamsMessage {
  return drawTeams(reportDocument(posting, wholeLink));
}

/** The digest for Microsoft Teams. */
export function renderDigestTeams(digest: Digest): TeamsMessage {
  return drawTeams(digestDocument(digest));
}

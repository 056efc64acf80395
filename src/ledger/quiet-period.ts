import type { Report } from '../report/report.ts';

/** A denial this soon after a grant is propagation (iam/docs/access-change-propagation: 2 minutes, 7 or longer). */
const AFTER_GRANT_MILLISECONDS = 10 * 60_000;

/** How long an incident that nothing was changed about is only counted. */
const OTHERWISE_MILLISECONDS = 60 * 60_000;

/** True when an incident has been quiet long enough that its next denial is looked at anew. Times in milliseconds. */
export function isLookedAtAgain(report: Report, reportedAt: number, now: number): boolean {
  const isGranted = report.outcome.kind === 'applied' || report.outcome.kind === 'already-granted';
  return now - reportedAt >= (isGranted ? AFTER_GRANT_MILLISECONDS : OTHERWISE_MILLISECONDS);
}

/** True for the repeats that are reported again: 10, 100, 1,000 and so on. */
export function isMilestone(repeats: number): boolean {
  return repeats >= 10 && Number.isInteger(Math.log10(repeats));
}

import { digest } from '../iam/digest.ts';
import { readableTime } from './document/readable-time.ts';
import { incidentLog } from './remedies/incident-log.ts';
import type { IncidentFacts, Report } from './report.ts';

/** A person's no to a proposal: who (e-mail address), when (RFC 3339) and why. */
export interface Refusal {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

/** For how long a no holds for further refusals of the same call. */
export const DISMISSAL_DAYS = 30;

/** The report of a proposal that somebody dismissed, built on that of the proposal. Told twice, it has the same id. */
export function dismissalReport(report: Report, refusal: Refusal, incident: IncidentFacts): Report {
  const detail = `${dismissedText(refusal)} The same change is not proposed again for ${DISMISSAL_DAYS} days.`;
  return {
    ...report,
    id: `r-${digest([report.id, 'dismissed', refusal.at])}`,
    at: refusal.at,
    incident,
    outcome: { kind: 'advised', detail },
    remedies: [incidentLog(report.denial, incident)],
    undo: null,
  };
}

/** What is said of a dismissal, in one sentence. */
export function dismissedText({ by, at, reason }: Refusal): string {
  return `Nothing was changed: ${by} dismissed it at ${readableTime(at)}. Reason: “${reason.replace(/[.\s]+$/, '')}”.`;
}

import type { NewsKind } from '../report/posting.ts';
import type { IncidentFacts, Report } from '../report/report.ts';
import type { IncidentRecord, RoundRecord, StoryEvent } from './records.ts';

/** Everything that is on record about an incident itself. */
export interface IncidentFile {
  readonly facts: IncidentFacts;
  /** The oldest first. */
  readonly story: readonly StoryEvent[];
  /** What was told last, and what was new in it; null while nothing was. */
  readonly newest: { readonly report: Report; readonly news: NewsKind } | null;
  /** True while a message, an approval or the sweep works on it. */
  readonly isBeingWorkedOn: boolean;
}

/** The file of an incident by its records; `now` is in milliseconds since the epoch. */
export function incidentFileOf(incident: IncidentRecord, round: RoundRecord, now: number): IncidentFile {
  const { report, news, last, story } = round;
  const told = story?.at(-1)?.news ?? 'opened';
  const newest = report !== null ? { report, news } : last === null ? null : { report: last, news: told };
  const isBeingWorkedOn = incident.work?.state === 'held' && incident.work.leaseUntil > now;
  return { facts: incident.facts, story: story ?? [], newest, isBeingWorkedOn };
}

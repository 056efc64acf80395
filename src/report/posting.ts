import type { Outcome, Report } from './report.ts';

/** What a report tells that the one before about the same incident did not. */
export type NewsKind =
  /** The first report of an incident. */
  | 'opened'
  /** More denials, and nothing else is new. */
  | 'repeated'
  /** Something else came of it than before. */
  | 'changed'
  /** A person approved the change. */
  | 'approved'
  /** A person said no to the change. */
  | 'dismissed'
  /** The grant is in place, and the call was not refused since. */
  | 'verified'
  /** The grant was in vain. */
  | 'did-not-help'
  /** Somebody removed the grant. */
  | 'gone'
  /** A person took the grant back. */
  | 'undone'
  /** The time of the grant is over. */
  | 'ended';

/** A report on its way to the channels. */
export interface Posting {
  readonly report: Report;
  readonly news: NewsKind;
}

/** News that only follow from what was told before: for threads and machines, not for a channel that posts changes. */
export const QUIET_NEWS: ReadonlySet<NewsKind> = new Set(['verified', 'ended']);

/** What is new in a report, given the one before about the same incident (null: there was none). */
export function newsOf(outcome: Outcome['kind'], approvedBy: string | null, last: Report | null): NewsKind {
  if (approvedBy !== null) return 'approved';
  if (last === null) return 'opened';
  return last.outcome.kind === outcome ? 'repeated' : 'changed';
}

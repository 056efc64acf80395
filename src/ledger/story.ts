import type { NewsKind } from '../report/posting.ts';
import { shortLine } from '../report/quote-shell.ts';
import type { IncidentFacts, Report } from '../report/report.ts';
import type { Conclusion } from './ledger.ts';
import type { StoryEvent, ToldRecord } from './records.ts';

/** How much of a story is kept: how it began, and what came last. */
const KEPT_OF_BEGINNING = 5;
const KEPT_OF_END = 35;

const LONGEST_DETAIL = 500;

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

/** A story with one more report. The same report told again is no new event. Rounds of older versions have no story. */
export function withEvent(
  story: readonly StoryEvent[] | undefined,
  { report, news, grant, earlierGrant }: Pick<Conclusion, 'report' | 'news' | 'grant' | 'earlierGrant'>,
): readonly StoryEvent[] {
  const { id: reportId, at, diagnosis, outcome } = report;
  const detail = outcome.detail === undefined ? null : shortLine(outcome.detail, LONGEST_DETAIL);
  const grantId = grant?.id ?? earlierGrant?.id ?? null;
  const event = { at, reportId, news, cause: diagnosis.cause, outcome: outcome.kind, detail, grantId };
  const whole = [...(story ?? []).filter((other) => other.reportId !== reportId), event];
  if (whole.length <= KEPT_OF_BEGINNING + KEPT_OF_END) return whole;
  return [...whole.slice(0, KEPT_OF_BEGINNING), ...whole.slice(-KEPT_OF_END)];
}

/** A report as lists and the digest count it. */
export function toldOf({ diagnosis, outcome, decision, denial }: Report): ToldRecord {
  const { member, email } = denial.principal;
  return {
    cause: diagnosis.cause,
    outcome: outcome.kind,
    reason: decision.reason,
    caller: member ?? email ?? '',
    project: denial.project,
  };
}

import { shortLine } from '../report/quote-shell.ts';
import type { Conclusion } from './ledger.ts';
import type { StoryEvent } from './records.ts';

/** How much of a story is kept: how it began, and what came last. */
const KEPT_OF_BEGINNING = 5;
const KEPT_OF_END = 35;

const LONGEST_DETAIL = 500;

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

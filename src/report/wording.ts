import { plainLine, shortLine } from './quote-shell.ts';
import type { Outcome, Report } from './report.ts';

/** The first line of every rendering: what was refused to whom, where. */
export function headline({ denial, diagnosis }: Report): string {
  const caller = denial.principal.member ?? '(a caller the entry does not name)';
  const what = denial.permissions.length === 0 ? denial.method : denial.permissions.join(', ');
  const where = denial.project === '' ? plainLine(denial.resource) : `project ${denial.project}`;
  return `${shortLine(caller, 200)} ${diagnosis.cause === 'not-denied' ? 'was not refused' : 'was refused'} ${shortLine(what, 200)} on ${shortLine(where, 200)}`;
}

const OUTCOMES: Readonly<Record<Outcome['kind'], (report: Report) => string>> = {
  applied: ({ change }) => `Granted: ${change?.role} on ${change?.project}.`,
  'already-granted': ({ change }) => `Nothing written: ${change?.role} on ${change?.project} was there already.`,
  proposed: ({ change }) => `Proposed: ${change?.role} on ${change?.project}. Nothing was changed.`,
  advised: () => 'Nothing was changed: a grant would not help.',
  ignored: () => 'Nothing to do.',
  refused: () => 'Google refused the grant; nothing was changed.',
  failed: ({ change }) => `The grant of ${change?.role} on ${change?.project} does not do its work.`,
};

/** The second line: what was done about it. */
export function outcomeLine(report: Report): string {
  const { outcome } = report;
  const detail = outcome.detail === undefined ? '' : ` ${plainLine(outcome.detail)}`;
  return `${OUTCOMES[outcome.kind](report)}${detail}`;
}

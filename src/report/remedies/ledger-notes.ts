import type { Remedy, Report } from '../report.ts';
import { note } from './remedy-kinds.ts';

const APPROVE_IT = 'Approve it';

/** True for the note on how to approve by command, for a page on which it can be done. */
export function isApproveNote({ kind, title }: Remedy): boolean {
  return kind === 'note' && title === APPROVE_IT;
}

/** A report with how to approve its proposal, first: it is the shortest way for whoever may. */
export function withApproveNote(report: Report): Report {
  const text = `Whoever the allowlist names as an approver can apply it: guestlist approve ${report.incident.id}`;
  return withRemedies(report, [note(APPROVE_IT, text), ...report.remedies]);
}

/** A report with how to take its grant back by Guestlist, which records and reports it; last, as there is no hurry. */
export function withUndoNote(report: Report, grantId: string): Report {
  const text = `guestlist undo ${grantId} removes exactly this binding, and says so where this was said.`;
  return withRemedies(report, [...report.remedies, note('Take it back with Guestlist', text)]);
}

function withRemedies(report: Report, remedies: readonly Remedy[]): Report {
  return { ...report, remedies };
}

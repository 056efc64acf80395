import type { Document, Section } from '../report/document/document.ts';
import { fitDocument } from '../report/document/fit-document.ts';
import { reportDocument } from '../report/document/report-document.ts';
import { drawSection } from '../report/draw-html.ts';
import { type Html, trusted } from '../report/html.ts';
import type { Posting } from '../report/posting.ts';
import { forecastNotes } from '../report/remedies/forecast.ts';
import { isApproveNote } from '../report/remedies/ledger-notes.ts';

/** How long the parts of a report may be on a page that holds other things too. */
const MOST_BYTES = 24_000;

/** How a page shows a report: what can be done by hand is folded where it can be done on the page. */
export interface Shown {
  readonly byHand: 'folded' | 'shown';
}

/**
 * The parts of a report, without what the page around them says better. A very long one is shortened where it matters
 * least, and says so.
 */
export function reportSections({ report, news }: Posting, { byHand }: Shown): Html {
  const forecast = byHand === 'folded' ? forecastNotes(report.remedies) : [];
  const remedies = report.remedies.filter((remedy) => !isApproveNote(remedy) && !forecast.includes(remedy));
  const document = reportDocument({ report: { ...report, remedies }, news }, null);
  const draw = ({ sections, wholeIs }: Document) =>
    sections.map((section) => drawn(section, wholeIs, byHand)).join('\n');
  return trusted(fitDocument(document, draw, (markup) => Buffer.byteLength(markup) <= MOST_BYTES));
}

function drawn(section: Section, wholeIs: string, byHand: Shown['byHand']): string {
  const [heading = '', ...lines] = drawSection(section, wholeIs);
  if (heading === '') return '';
  const isFolded = byHand === 'folded' && section.heading === 'What to do';
  return isFolded
    ? `<section><details><summary>By hand instead</summary>${lines.join('\n')}</details></section>`
    : `<section>${[heading, ...lines].join('\n')}</section>`;
}

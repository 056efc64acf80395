import type { Document } from '../report/document/document.ts';
import { fitDocument } from '../report/document/fit-document.ts';
import { drawSection } from '../report/draw-html.ts';
import { type Html, trusted } from '../report/html.ts';

/** How long the parts of a report may be on a page that holds other things too. */
const MOST_BYTES = 24_000;

/** The parts of a report; a very long one is shortened where it matters least, and says so. */
export function reportSections(document: Document): Html {
  return trusted(fitDocument(document, draw, (markup) => Buffer.byteLength(markup) <= MOST_BYTES));
}

function draw({ sections, wholeIs }: Document): string {
  return sections
    .map((section) => drawSection(section, wholeIs).join('\n'))
    .filter((markup) => markup !== '')
    .map((markup) => `<section>${markup}</section>`)
    .join('\n');
}

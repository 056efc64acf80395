import { briefingOf } from '../briefing.ts';
import type { Posting } from '../posting.ts';
import type { Report } from '../report.ts';
import { badgeOf, toneOf } from './badge.ts';
import { callSection } from './call-section.ts';
import { decisionSection, otherRulesSection } from './decision-section.ts';
import type { Document } from './document.ts';
import { linkSection } from './link-section.ts';
import { linkTo } from './link-to.ts';
import { plainName } from './plain-lines.ts';
import { readableTime } from './readable-time.ts';
import { remedySection, undoSection } from './remedy-section.ts';
import { whySection } from './why-section.ts';

/**
 * A posting as a document, in the order in which somebody reads it who was woken up by it. `wholeLink` is where all of
 * it can be read when a medium has to leave something out; null where there is no such page.
 */
export function reportDocument(posting: Posting, wholeLink: string | null): Document {
  const { report } = posting;
  const { what, next } = briefingOf(posting);
  const whole = wholeLink === null ? [] : linkTo('Open the whole report', wholeLink);
  return {
    tone: toneOf(posting),
    badge: badgeOf(posting),
    what,
    next,
    sections: [
      decisionSection(report),
      whySection(report),
      ...remedySection(report),
      ...undoSection(report),
      callSection(report),
      ...otherRulesSection(report),
      linkSection(report, whole),
    ],
    footer: footerOf(report),
    wholeIs:
      whole.length === 0 ? `in Cloud Logging, as report ${plainName(report.id)}` : 'behind “Open the whole report”',
  };
}

function footerOf({ id, incident }: Report): string {
  const times = incident.repeats + 1;
  const refused =
    times === 1
      ? `refused once, at ${readableTime(incident.firstAt)}`
      : `refused ${times} times, first at ${readableTime(incident.firstAt)}, last at ${readableTime(incident.lastAt)}`;
  return `Incident ${plainName(incident.id)}: ${refused}. Report ${plainName(id)}.`;
}

import type { IncidentFile } from '../ledger/incident-file.ts';
import type { StoryEvent } from '../ledger/records.ts';
import { toldText, toldTone } from '../report/document/badge.ts';
import { type Html, html } from '../report/html.ts';
import { shortLine } from '../report/quote-shell.ts';
import { badge, time } from './labels.ts';
import { plural } from './wording.ts';

/** How many reports are shown, the newest, and how much of each. */
const MOST = 20;
const LONGEST_DETAIL = 250;

/** What happened about an incident, in order, from its first refused call on. */
export function drawStory({ facts, story }: IncidentFile): Html {
  const { repeats, firstAt, lastAt } = facts;
  const shown = story.slice(-MOST);
  const left = story.length - shown.length;
  const last = html`<strong>The last refused call so far,</strong> ${plural(repeats + 1, 'call')} in all.`;
  const lines: readonly Line[] = [
    { at: firstAt, said: html`<strong>The first call was refused.</strong>` },
    ...(left > 0 ? [{ at: firstAt, said: html`${plural(left, 'earlier report')}` }] : []),
    ...(repeats > 0 ? [{ at: lastAt, said: last }] : []),
    ...shown.map((event) => ({ at: event.at, said: saidOf(event) })),
  ];
  const inOrder = lines.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return html`<ol class="story">${inOrder.map(({ at, said }) => html`<li>${time(at)} ${said}</li>`)}</ol>`;
}

interface Line {
  readonly at: string;
  readonly said: Html;
}

// What it says of a denial is its cause; what it says of a grant or a dismissal says who and why.
function saidOf(event: StoryEvent): Html {
  const { detail, cause } = event;
  return html`${badge(toldTone(event), toldText(event))} ${shortLine(detail ?? cause, LONGEST_DETAIL)}`;
}

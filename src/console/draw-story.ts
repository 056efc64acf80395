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
  return html`<ol class="story">
<li>${time(firstAt)} <strong>The first call was refused.</strong></li>
${shown.length < story.length ? html`<li>${plural(story.length - shown.length, 'earlier report')}</li>` : ''}
${shown.map(eventLine)}
${repeats === 0 ? '' : html`<li>${time(lastAt)} <strong>The last refused call so far,</strong> ${plural(repeats + 1, 'call')} in all.</li>`}
</ol>`;
}

// What it says of a denial is its cause; what it says of a grant or a dismissal says who and why.
function eventLine(event: StoryEvent): Html {
  return html`<li>${time(event.at)} ${badge(toldTone(event), toldText(event))} ${shortLine(event.detail ?? event.cause, LONGEST_DETAIL)}</li>`;
}

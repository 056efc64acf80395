import { DAYS_KEPT, dayOf } from '../ledger/denials-by-day.ts';
import { DAY_MILLISECONDS } from '../ledger/keys.ts';
import type { IncidentRecord } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { toldText, toldTone } from '../report/document/badge.ts';
import { type Html, html } from '../report/html.ts';
import { shortLine } from '../report/quote-shell.ts';
import { barsOf, type CauseCount, callsOf, countCauses, legendOf, sum } from './count-causes.ts';
import { drawDays } from './day-chart.ts';
import { badge, time } from './labels.ts';
import type { Page } from './page.ts';
import { plural } from './wording.ts';

/** How many incidents are looked at, those that changed last, and how many are listed. */
const LOOKED_AT = 1_000;
const SHOWN = 40;

/** Refused calls over the last month by cause, what was ignored and why, and the newest incidents. */
export async function activityPage({ ledger, now }: Pipeline): Promise<Page> {
  const until = now();
  const from = until - DAYS_KEPT * DAY_MILLISECONDS;
  const found = await ledger.incidents({ by: 'newest', from, until, limit: LOOKED_AT });
  const days = Array.from({ length: DAYS_KEPT }, (_, index) => dayOf(from + (index + 1) * DAY_MILLISECONDS));
  const causes = countCauses(found, days);
  const calls = plural(sum(causes.map((cause) => cause.calls)), 'refused call');
  const main = html`<h1>Activity</h1>
<p class="lead">${calls} of ${plural(found.length, 'incident')} in the last ${DAYS_KEPT} days${found.length === LOOKED_AT ? ` (of the ${LOOKED_AT} incidents that changed last)` : ''}.</p>
${drawDays(barsOf(found, days, causes), legendOf(causes))}
<section><h2>Causes</h2>${causeTable(causes)}</section>
<section><h2>Ignored, and why</h2>${ignoredTable(found, days)}</section>
<section><h2>Newest incidents</h2>${found.length === 0 ? html`<p>There are none.</p>` : html`<ul class="rows">${found.slice(0, SHOWN).map(incidentLine)}</ul>`}</section>`;
  return { status: 200, title: 'Activity', section: 'activity', main, mark: null };
}

function causeTable(causes: readonly CauseCount[]): Html {
  if (causes.length === 0) return html`<p>No call was refused.</p>`;
  return html`<table><thead><tr><th scope="col">Cause</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Incidents</th></tr></thead>
<tbody>${causes.map(({ cause, calls, incidents }) => html`<tr><th scope="row">${cause}</th><td class="number">${counted(calls)}</td><td class="number">${counted(incidents)}</td></tr>`)}</tbody></table>`;
}

function ignoredTable(incidents: readonly IncidentRecord[], days: readonly string[]): Html {
  const counts = new Map<string, number>();
  for (const incident of incidents) {
    if (incident.told?.outcome !== 'ignored') continue;
    const { reason } = incident.told;
    counts.set(reason, (counts.get(reason) ?? 0) + callsOf(incident, days));
  }
  const note = html`<p class="quiet">Entries that record no refusal, and refusals outside Vertex AI, are not kept here: the log has each as <code>denial-ignored</code>.</p>`;
  if (counts.size === 0) return html`<p>No rule muted anything.</p>${note}`;
  return html`<table><thead><tr><th scope="col">Why</th><th scope="col" class="number">Calls</th></tr></thead>
<tbody>${[...counts].map(([reason, calls]) => html`<tr><th scope="row">${shortLine(reason, 300)}</th><td class="number">${counted(calls)}</td></tr>`)}</tbody></table>${note}`;
}

function incidentLine({ facts, told }: IncidentRecord): Html {
  const caller = told === null || told.caller === '' ? 'A caller who is not named' : shortLine(told.caller, 120);
  const place = told === null || told.project === '' ? '' : html` in <code>${shortLine(told.project, 80)}</code>`;
  const what = told === null ? badge('neutral', 'Not reported yet') : badge(toldTone(told), toldText(told));
  return html`<li><a href="/incidents/${facts.id}">${caller}</a>${place} ${what}
<span class="quiet">${told?.cause ?? ''}; last refused ${time(facts.lastAt)}, ${plural(facts.repeats + 1, 'call')}.</span></li>`;
}

function counted(count: number): string {
  return count.toLocaleString('en-US');
}

import { dayOf } from '../ledger/denials-by-day.ts';
import type { IncidentRecord } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { type Html, html } from '../report/html.ts';
import { shortLine } from '../report/quote-shell.ts';
import { type DayBar, drawDays } from './day-chart.ts';
import { type Page, plural, time } from './page.ts';

/** How many incidents are looked at; those that changed last come first. */
const LOOKED_AT = 1_000;
const SHOWN = 50;
const DAYS = 31;
const DAY_MILLISECONDS = 86_400_000;

/** How many causes have a colour of their own; the rest are drawn together. */
const COLOURS = 4;

/** Refused calls over the last month by cause, what was ignored and why, and the newest incidents. */
export async function activityPage({ ledger, now }: Pipeline): Promise<Page> {
  const until = now();
  const found = await ledger.incidents({
    by: 'newest',
    from: until - DAYS * DAY_MILLISECONDS,
    until,
    limit: LOOKED_AT,
  });
  const days = Array.from({ length: DAYS }, (_, index) => dayOf(until - (DAYS - 1 - index) * DAY_MILLISECONDS));
  const causes = causesOf(found);
  const main = html`<h1>Activity</h1>
<p class="lead">${plural(sum(causes.map(({ calls }) => calls)), 'refused call')} of ${plural(found.length, 'incident')} in the last ${DAYS} days${found.length === LOOKED_AT ? ` (of the ${LOOKED_AT} incidents that changed last)` : ''}.</p>
${drawDays(barsOf(found, days, causes), legendOf(causes))}
<section><h2>Causes</h2>${causeTable(causes)}</section>
<section><h2>Ignored, and why</h2>${ignoredTable(found)}</section>
<section><h2>Newest incidents</h2>${incidentTable(found.slice(0, SHOWN))}</section>`;
  return { status: 200, title: 'Activity', section: 'activity', main, mark: null };
}

interface CauseCount {
  readonly cause: string;
  readonly calls: number;
  readonly incidents: number;
}

function causesOf(incidents: readonly IncidentRecord[]): readonly CauseCount[] {
  const counts = new Map<string, CauseCount>();
  for (const incident of incidents) {
    const cause = causeOf(incident);
    const before = counts.get(cause) ?? { cause, calls: 0, incidents: 0 };
    counts.set(cause, { cause, calls: before.calls + callsOf(incident), incidents: before.incidents + 1 });
  }
  return [...counts.values()].sort((one, other) => other.calls - one.calls || one.cause.localeCompare(other.cause));
}

function causeOf({ told }: IncidentRecord): string {
  return told?.cause ?? 'not reported yet';
}

// Incidents of older versions have no days; their calls are not on the chart, and are counted as far as is known.
function callsOf({ days, facts }: IncidentRecord): number {
  const counted = sum(Object.values(days ?? {}));
  return counted === 0 ? facts.repeats + 1 : counted;
}

function barsOf(
  incidents: readonly IncidentRecord[],
  days: readonly string[],
  causes: readonly CauseCount[],
): readonly DayBar[] {
  const places = new Map(causes.map(({ cause }, index) => [cause, Math.min(index, COLOURS)]));
  return days.map((day) => {
    const parts = legendOf(causes).map(() => 0);
    for (const incident of incidents) {
      const place = places.get(causeOf(incident)) ?? COLOURS;
      parts[place] = (parts[place] ?? 0) + (incident.days?.[day] ?? 0);
    }
    return { day, parts };
  });
}

function legendOf(causes: readonly CauseCount[]): readonly string[] {
  const named = causes.slice(0, COLOURS).map(({ cause }) => cause);
  return causes.length > COLOURS ? [...named, 'other causes'] : named;
}

function causeTable(causes: readonly CauseCount[]): Html {
  if (causes.length === 0) return html`<p>No call was refused.</p>`;
  return html`<table><thead><tr><th scope="col">Cause</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Incidents</th></tr></thead>
<tbody>${causes.map(({ cause, calls, incidents }) => html`<tr><th scope="row">${cause}</th><td class="number">${calls.toLocaleString('en-US')}</td><td class="number">${incidents.toLocaleString('en-US')}</td></tr>`)}</tbody></table>`;
}

function ignoredTable(incidents: readonly IncidentRecord[]): Html {
  const counts = new Map<string, number>();
  for (const incident of incidents) {
    if (incident.told?.outcome !== 'ignored') continue;
    const reason = incident.told.reason;
    counts.set(reason, (counts.get(reason) ?? 0) + callsOf(incident));
  }
  const note = html`<p class="quiet">Entries that record no refusal, and refusals outside Vertex AI, are not kept here: the log has each as <code>denial-ignored</code>.</p>`;
  if (counts.size === 0) return html`<p>No rule muted anything.</p>${note}`;
  return html`<table><thead><tr><th scope="col">Why</th><th scope="col" class="number">Calls</th></tr></thead>
<tbody>${[...counts].map(([reason, calls]) => html`<tr><th scope="row">${reason}</th><td class="number">${calls.toLocaleString('en-US')}</td></tr>`)}</tbody></table>${note}`;
}

function incidentTable(incidents: readonly IncidentRecord[]): Html {
  if (incidents.length === 0) return html`<p>There are none.</p>`;
  return html`<div class="scroll" role="region" aria-label="Newest incidents" tabindex="0"><table><thead><tr><th scope="col">Last refused</th><th scope="col">Caller</th><th scope="col">Project</th><th scope="col">Cause</th><th scope="col">Outcome</th><th scope="col" class="number">Calls</th></tr></thead>
<tbody>${incidents.map(incidentRow)}</tbody></table></div>`;
}

function incidentRow({ facts, told }: IncidentRecord): Html {
  const caller = told?.caller ?? '';
  return html`<tr><td><a href="/incidents/${facts.id}">${time(facts.lastAt)}</a></td><td class="name">${caller === '' ? 'not named' : shortLine(caller, 120)}</td><td class="name">${told?.project ?? ''}</td><td>${told?.cause ?? 'not reported yet'}</td><td>${told?.outcome ?? ''}</td><td class="number">${(facts.repeats + 1).toLocaleString('en-US')}</td></tr>`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

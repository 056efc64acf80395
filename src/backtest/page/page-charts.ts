import { type Html, html } from '../../report/html.ts';
import { count } from '../charts.ts';
import type { DayFacts } from '../result.ts';

const HEIGHT = 100;
const DAY_WIDTH = 10;
const DAY_GAP = 1.5;

/** Refused entries by day as stacked bars; `reservation` is added to what would not have happened. */
export function timelineChart(days: readonly DayFacts[], reservation: string): Html {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return html`<p class="soft">No entries.</p>`;
  const largest = Math.max(...days.map(refusedOn), 1);
  return html`<svg class="timeline" viewBox="0 0 ${days.length * DAY_WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="Refused entries by day">${days.map((day, place) => dayBars(day, place * DAY_WIDTH, largest))}</svg>
<div class="scale"><span>${first.day}</span><span>at most ${count(largest)} a day</span><span>${last.day}</span></div>
<div class="legend">${legend('avoid', `would not have happened${reservation}`)}${legend('propose', 'apply or propose')}${legend('advise', 'advise')}</div>`;
}

/** A horizontal bar for a share of the largest value. */
export function barChart(value: number, largest: number): Html {
  return html`<svg viewBox="0 0 ${HEIGHT} 10" preserveAspectRatio="none" aria-hidden="true"><rect class="fill-avoid" width="${widthOf(value, largest)}" height="10"></rect></svg>`;
}

function dayBars(day: DayFacts, x: number, largest: number): Html {
  const { avoided, apply, propose, advise } = day;
  const grantable = Math.max(apply + propose - avoided, 0);
  const title = `${day.day}: ${count(refusedOn(day))} refused, ${count(day.grants)} grants, ${count(avoided)} avoided`;
  let top = HEIGHT;
  const stacked = (kind: string, value: number) => {
    const height = (value / largest) * HEIGHT;
    top -= height;
    return html`<rect class="fill-${kind}" x="${x}" y="${round(top)}" width="${DAY_WIDTH - DAY_GAP}" height="${round(height)}"></rect>`;
  };
  const bars = [
    stacked('advise', advise),
    stacked('propose', grantable),
    stacked('avoid', Math.min(avoided, apply + propose)),
  ];
  return html`<g><title>${title}</title>${bars}</g>`;
}

function legend(kind: string, name: string): Html {
  return html`<span><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="fill-${kind}" width="10" height="10" rx="2"></rect></svg>${name}</span>`;
}

function refusedOn({ apply, propose, advise }: DayFacts): number {
  return apply + propose + advise;
}

function widthOf(value: number, largest: number): number {
  return value <= 0 || largest <= 0 ? 0 : Math.max(round((value / largest) * HEIGHT), 0.5);
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}

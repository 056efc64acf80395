import { type Html, html } from '../report/html.ts';

/** The calls of one day, by the parts of the legend. */
export interface DayBar {
  readonly day: string;
  readonly parts: readonly number[];
}

const HEIGHT = 100;
const WIDTH = 10;
const GAP = 2;

/** Stacked bars, one a day, and the same as a table for whoever cannot see them. */
export function drawDays(days: readonly DayBar[], legend: readonly string[]): Html {
  const [first, last] = [days[0], days.at(-1)];
  const largest = Math.max(1, ...days.map(totalOf));
  if (first === undefined || last === undefined) return html``;
  return html`<figure class="chart"><svg viewBox="0 0 ${days.length * WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="Refused calls by day and cause; the table below has the numbers">${days.map((day, place) => drawDay(day, place * WIDTH, largest, legend))}</svg>
<figcaption><span>${first.day}</span><span>at most ${largest.toLocaleString('en-US')} a day</span><span>${last.day}</span></figcaption>
<ul class="legend">${legend.map((name, place) => html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="part-${place}" width="10" height="10"/></svg>${name}</li>`)}</ul></figure>
<details><summary>The numbers</summary><div class="scroll" role="region" aria-label="Refused calls by day" tabindex="0"><table><thead><tr><th scope="col">Day</th>${legend.map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${days.filter((day) => totalOf(day) > 0).map(({ day, parts }) => html`<tr><th scope="row">${day}</th>${parts.map((part) => html`<td class="number">${part.toLocaleString('en-US')}</td>`)}</tr>`)}</tbody></table></div></details>`;
}

function drawDay({ day, parts }: DayBar, x: number, largest: number, legend: readonly string[]): Html {
  let top = HEIGHT;
  const bars = parts.map((part, place) => {
    const height = (part / largest) * HEIGHT;
    top -= height;
    return part === 0
      ? ''
      : html`<rect class="part-${place}" x="${x}" y="${rounded(top)}" width="${WIDTH - GAP}" height="${rounded(height)}"/>`;
  });
  const said = parts.flatMap((part, place) => (part === 0 ? [] : [`${part} ${legend[place] ?? ''}`])).join(', ');
  return html`<g><title>${day}: ${said === '' ? 'none' : said}</title>${bars}</g>`;
}

function totalOf({ parts }: DayBar): number {
  return parts.reduce((total, part) => total + part, 0);
}

function rounded(number: number): number {
  return Math.round(number * 100) / 100;
}

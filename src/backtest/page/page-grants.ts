import { type Html, html } from '../../report/html.ts';
import { count } from '../charts.ts';
import type { GrantFacts, Listed } from '../result.ts';
import { lasting, minute } from '../wording.ts';

/** Every grant in a table that can be sorted and filtered. */
export function grantSection({ total, list }: Listed<GrantFacts>): Html {
  if (total === 0) return html`<h2>Grants</h2><p>None would have been made.</p>`;
  return html`<h2>Grants</h2>
${total > list.length ? html`<p class="soft">The first ${count(list.length)} of ${count(total)}.</p>` : ''}
<div class="filter"><input id="filter" type="search" placeholder="project, member, rule …" aria-label="Filter grants"><span id="shown" class="soft" role="status"></span></div>
<div class="scroll"><table id="grants"><thead><tr>${HEADINGS.map(headingCell)}</tr></thead><tbody>${list.map(grantRow)}</tbody></table></div>`;
}

const HEADINGS = [
  ['first', 'text'],
  ['project', 'text'],
  ['member', 'text'],
  ['rule', 'text'],
  ['lasts', 'number'],
  ['times', 'number'],
  ['avoided', 'number'],
  ['remarks', 'text'],
] as const;

function headingCell([name, kind]: (typeof HEADINGS)[number]): Html {
  return html`<th class="${kind}" scope="col"><button type="button">${name}</button></th>`;
}

const STAYS_SECONDS = 1e12;

function grantRow(grant: GrantFacts): Html {
  const { project, member, rule, firstAt, times, avoided, expiresAfterSeconds } = grant;
  return html`<tr><td data-value="${firstAt}">${minute(firstAt)}</td><td class="name">${project}</td><td class="name">${member}</td><td>${rule}</td><td class="number" data-value="${expiresAfterSeconds ?? STAYS_SECONDS}">${lasting(grant)}</td><td class="number" data-value="${times}">${count(times)}</td><td class="number" data-value="${avoided}">${count(avoided)}</td><td>${remarks(grant)}</td></tr>`;
}

function remarks({ needs, hindsight }: GrantFacts): readonly Html[] {
  return [
    ...(needs.length === 0 ? [] : [html`<span class="soft">if confirmed: ${needs.join(', ')}</span>`]),
    ...(hindsight === null ? [] : [html` <span class="alert">later seen as ${hindsight}</span>`]),
  ];
}

import { createHash } from 'node:crypto';
import { type Html, html, trusted } from '../report/html.ts';
import { count, counted } from './charts.ts';
import { barChart, timelineChart } from './page/page-charts.ts';
import { grantSection } from './page/page-grants.ts';
import { PAGE_SCRIPT } from './page/page-script.ts';
import { PAGE_STYLE } from './page/page-style.ts';
import type { BacktestResult } from './result.ts';
import { minute, outcomeRows, period, takeaway } from './wording.ts';

/**
 * A result as one page that needs nothing else: no request is made, and its policy allows none. Whatever is from an
 * entry or an allowlist is text.
 */
export function renderHtml(result: BacktestResult): string {
  const policy = `default-src 'none'; style-src '${hashOf(PAGE_STYLE)}'; script-src '${hashOf(PAGE_SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  return html`${trusted('<!doctype html>')}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Guestlist backtest of ${result.allowlist.name}</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<header>${heading(result)}</header>
<main>
<h2>Refused entries a day</h2>
${timelineChart(result.days, ifOpen(result.outcomes.avoidedIfConfirmed))}
<div class="pair">
<section><h2>What would have become of them</h2>${barTable(outcomeRows(result.outcomes))}</section>
<section><h2>Causes</h2>${barTable(result.causes.map(({ cause, entries }) => [cause, entries]))}</section>
</div>
${ruleSection(result)}
${grantSection(result.grants)}
${limitSection(result)}
${suspectSection(result)}
</main>
${footer(result)}
<script>${trusted(PAGE_SCRIPT)}</script>
</body>
</html>
`.markup;
}

// A page may run and wear only what has this digest (CSP level 2).
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function heading(result: BacktestResult): Html {
  const { allowlist, history, evidence, outcomes, incidents } = result;
  return html`<p class="kicker">Guestlist backtest</p>
<h1>${takeaway(result)}</h1>
${result.isComplete ? '' : html`<p class="alert">Partial: the history was not read to its end.</p>`}
<dl class="facts">
<dt>Allowlist</dt><dd>${allowlist.name}, mode ${allowlist.mode}, role ${allowlist.role}</dd>
<dt>History</dt><dd>${period(result)}: ${count(history.entries)} entries, ${count(history.repeated)} repeated, ${count(history.unreadable)} could not be read</dd>
<dt>Evidence</dt><dd>${evidence.kind}. ${evidence.leavesUnknown[0] ?? ''}</dd>
</dl>
<div class="tiles">
${tile(outcomes.granted, 'grants by rules')}
${outcomes.grantedIfConfirmed === 0 ? '' : tile(outcomes.grantedIfConfirmed, 'grants, if look-ups confirm them')}
${tile(outcomes.avoided + outcomes.avoidedIfConfirmed, `denials avoided${ifOpen(outcomes.avoidedIfConfirmed)}`)}
${tile(incidents.closedWithoutPerson + incidents.closedIfConfirmed, `of ${count(incidents.total)} incidents closed without a person${ifOpen(incidents.closedIfConfirmed)}`)}
${tile(incidents.leftToAPerson, 'incidents left to a person')}
${tile(result.reconnaissance.total, 'callers that look like exploring')}
</div>`;
}

function ifOpen(ifConfirmed: number): string {
  return ifConfirmed > 0 ? ', if confirmed' : '';
}

function tile(number: number, name: string): Html {
  return html`<div class="tile"><b>${count(number)}</b>${name}</div>`;
}

function barTable(rows: readonly (readonly [string, number])[]): Html {
  const largest = Math.max(...rows.map(([, number]) => number), 1);
  return html`<table><tbody>${rows.map(
    ([name, number]) =>
      html`<tr><td>${name}</td><td class="number">${count(number)}</td><td class="bar">${barChart(number, largest)}</td></tr>`,
  )}</tbody></table>`;
}

function ruleSection({ rules, decisions, neverMatched }: BacktestResult): Html {
  const { apply, propose, advise, ignore, allowedIfConfirmed } = decisions;
  const never = new Set(neverMatched);
  return html`<h2>Rules</h2>
<p class="soft">Denials by decision: apply ${count(apply)}, propose ${count(propose)} (of which a rule allows ${count(allowedIfConfirmed)} if look-ups confirm it), advise ${count(advise)}, ignore ${count(ignore)}.</p>
<div class="scroll"><table><thead><tr><th>rule</th><th>effect</th><th class="number">matched</th><th class="number">not known</th><th class="number">grants</th><th class="number">if confirmed</th><th></th></tr></thead><tbody>${rules.map(
    ({ id, effect, matched, notKnown, grants, grantsIfConfirmed }) =>
      html`<tr><td class="name">${id}</td><td>${effect}</td><td class="number">${count(matched)}</td><td class="number">${count(notKnown)}</td><td class="number">${count(grants)}</td><td class="number">${count(grantsIfConfirmed)}</td><td>${never.has(id) ? 'never matched' : ''}</td></tr>`,
  )}</tbody></table></div>`;
}

function limitSection({ limits }: BacktestResult): Html {
  if (limits.length === 0) return html``;
  return html`<h2>Limits that would have been reached</h2>
<ul>${limits.map(
    ({ limit, times, firstAt, lastAt, projects, days }) =>
      html`<li>${limit}: ${counted(times, 'time')} in ${counted(projects, 'project')}, ${minute(firstAt)} to ${minute(lastAt)} (${days.slice(0, 31).join(', ')}${days.length > 31 ? ', …' : ''})</li>`,
  )}</ul>`;
}

function suspectSection({ reconnaissance: { total, list } }: BacktestResult): Html {
  if (total === 0) return html``;
  return html`<h2>Callers that look like exploring</h2>
<div class="scroll"><table><thead><tr><th>member</th><th>first</th><th class="number">permissions at once</th><th class="number">projects at once</th><th class="number">denials</th><th class="number">accesses granted all the same</th></tr></thead><tbody>${list.map(
    ({ member, firstAt, permissions, projects, denials, grants }) =>
      html`<tr><td class="name">${member}</td><td>${minute(firstAt)}</td><td class="number">${permissions}</td><td class="number">${projects}</td><td class="number">${count(denials)}</td><td class="number">${grants === 0 ? '0' : html`<span class="alert">${count(grants)}</span>`}</td></tr>`,
  )}</tbody></table></div>
${total > list.length ? html`<p class="soft">and ${count(total - list.length)} more</p>` : ''}`;
}

function footer({ at, evidence, notes, allowlist }: BacktestResult): Html {
  return html`<footer><h2>What this leaves unknown</h2><ul>${evidence.leavesUnknown.map((text) => html`<li>${text}</li>`)}</ul>
<h2>How this was worked out</h2><ul>${notes.map((text) => html`<li>${text}</li>`)}</ul>
<p>Made at ${at} for version ${allowlist.version} of the allowlist.</p></footer>`;
}

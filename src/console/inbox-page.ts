import type { Allowlist } from '../decision/allowlist.ts';
import { digest } from '../iam/digest.ts';
import type { ProposalRecord } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { briefingOf } from '../report/briefing.ts';
import { type Html, html } from '../report/html.ts';
import { shortLine } from '../report/quote-shell.ts';
import type { Report } from '../report/report.ts';
import { decidersOf, standingOf } from './approver.ts';
import { badge, lasting, type Page, plural, time } from './page.ts';

/** How many proposals are looked at, and shown; those that wait longest come first. */
const MOST = 200;
const SHOWN = 25;

/** No open proposal is due later than this: they are closed after 14 days. */
const LATEST_DUE_MILLISECONDS = 30 * 86_400_000;

/** What waits for a person: since when, why, and by which rule. */
export async function inboxPage(person: string, { ledger, allowlist, now }: Pipeline): Promise<Page> {
  const listing = { by: 'due', from: 0, until: now() + LATEST_DUE_MILLISECONDS, limit: MOST } as const;
  const [proposals, rules] = await Promise.all([ledger.proposals.list(listing), allowlist()]);
  const open = proposals.filter(({ state }) => state === 'open');
  const heading =
    open.length === 0
      ? 'Nothing waits for a person'
      : `${plural(open.length, 'proposal')} ${open.length === 1 ? 'waits' : 'wait'}`;
  const main = html`<h1>${heading}</h1>
${open.length > SHOWN ? html`<p class="quiet">The ${SHOWN} that wait longest are shown${proposals.length === MOST ? `; there may be more than ${MOST}` : ''}.</p>` : ''}
${open.length === 0 ? EMPTY : html`<ol class="cards">${open.slice(0, SHOWN).map((proposal) => card(proposal, person, rules, now()))}</ol>`}`;
  const mark = digest(open.flatMap(({ id, hash }) => [id, hash]));
  return { status: 200, title: heading, section: 'inbox', main, mark };
}

const EMPTY = html`<p class="lead">Refused calls that no rule allows appear here as proposals. What was decided is under <a href="/activity">Activity</a>, and what was granted under <a href="/grants">Grants</a>.</p>`;

function card(proposal: ProposalRecord, person: string, allowlist: Allowlist, now: number): Html {
  const { report, change, lastsMilliseconds, incidentId } = proposal;
  const { incident, decision } = report;
  return html`<li><article class="card attention">
<h2><a href="/incidents/${incidentId}">${briefingOf({ report, news: 'opened' }).what}</a></h2>
<dl class="facts">
<dt>Waits</dt><dd>${lasting(incident.firstAt, now)}, since ${time(incident.firstAt)}${incident.repeats > 0 ? `; refused ${incident.repeats + 1} times` : ''}</dd>
<dt>Would grant</dt><dd><code>${change.role}</code> to <code>${shortLine(change.member, 200)}</code> in <code>${change.project}</code>, ${lengthOf(lastsMilliseconds)}</dd>
<dt>Why it waits</dt><dd>${shortLine(whyItWaits(decision), 400)}</dd>
<dt>Who decides</dt><dd>${standing(proposal, person, allowlist)}</dd>
</dl>
</article></li>`;
}

/** How long a grant would last, in words. */
export function lengthOf(lastsMilliseconds: number | null): string {
  if (lastsMilliseconds === null) return 'for good';
  const hours = lastsMilliseconds / 3_600_000;
  if (hours < 2) return `for ${plural(Math.round(hours * 60), 'minute')} from then on`;
  return `for ${hours % 24 === 0 && hours >= 48 ? plural(hours / 24, 'day') : plural(Math.round(hours), 'hour')} from then on`;
}

// The reason names the rule that decided; others that matched are named beside it.
function whyItWaits({ rules, reason }: Report['decision']): string {
  const others = rules.filter(({ id, result }) => result === 'matched' && !reason.includes(`rule ${id} `));
  return [reason, ...others.map(({ id, effect }) => `rule ${id} (${effect}) matches`)].join('; ');
}

function standing(proposal: ProposalRecord, person: string, allowlist: Allowlist): Html {
  const found = standingOf(proposal, person, allowlist);
  switch (found.kind) {
    case 'may-approve':
      return html`${badge('good', 'You may')} <a href="/incidents/${proposal.incidentId}">Look at it, and decide</a>`;
    case 'somebody-else':
      return html`${badge('neutral', 'Somebody else')} ${decidersOf(proposal, allowlist)}`;
    case 'nobody':
      return html`${badge('neutral', 'Nobody here')} ${found.why}`;
  }
}

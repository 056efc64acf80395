import type { Allowlist } from '../decision/allowlist.ts';
import { digest } from '../iam/digest.ts';
import { dueOf } from '../ledger/proposal-book.ts';
import type { ProposalRecord } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { briefingOf } from '../report/briefing.ts';
import { type Html, html } from '../report/html.ts';
import { shortLine } from '../report/quote-shell.ts';
import type { IncidentFacts } from '../report/report.ts';
import { badge, factList, time } from './labels.ts';
import type { Page } from './page.ts';
import { decidersOf, isWaiting, standingOf } from './standing.ts';
import { whyItWaits } from './why-it-waits.ts';
import { lasting, lengthOf, plural } from './wording.ts';

/** How many proposals one page shows. */
const SHOWN = 25;

/** How many of the newest proposals of any state are looked at for those that wait. */
const NEWEST = 100;

/** So many of the newest tell whether something new is there. */
const MARKED = 5;

/** What an inbox is asked for, as texts of an address. */
export interface InboxQuery {
  readonly order: string;
  /** Where the page before ended: after when its last proposal closes by itself. */
  readonly from: string;
}

/** What waits for a person: since when, why, and by which rule; longest first, or newest first. */
export async function inboxPage(query: InboxQuery, person: string, pipeline: Pipeline): Promise<Page> {
  const isNewest = query.order === 'newest';
  const from = /^[0-9]{1,15}$/.test(query.from) ? Number(query.from) : 0;
  const [found, rules, mark] = await Promise.all([
    isNewest ? newest(pipeline) : longest(from, pipeline),
    pipeline.allowlist(),
    inboxMark(pipeline),
  ]);
  const shown = await Promise.all(found.slice(0, SHOWN).map((proposal) => withFacts(proposal, pipeline)));
  const isPart = found.length > SHOWN || from > 0;
  const title = titleOf(found.length, isPart);
  const now = pipeline.now();
  const main = html`<h1>${title}</h1>
${isPart || isNewest ? orderLine(isNewest, from > 0) : ''}
${shown.length === 0 ? EMPTY : html`<ol class="cards">${shown.map((waiting) => card(waiting, person, rules, now))}</ol>`}
${isNewest || found.length <= SHOWN ? '' : nextLink(shown)}`;
  return { status: 200, title, section: 'inbox', main, mark };
}

/** The mark of the inbox, without the page. */
export async function inboxMark({ ledger, now }: Pipeline): Promise<string> {
  const found = await ledger.proposals.list({ by: 'newest', from: 0, until: now(), limit: MARKED });
  return digest(found.flatMap(({ id, hash, state }) => [id, hash, state]));
}

async function longest(from: number, { ledger, now }: Pipeline): Promise<readonly ProposalRecord[]> {
  const latest = dueOf({ at: new Date(now()).toISOString() });
  return (await ledger.proposals.list({ by: 'due', from, until: latest, limit: SHOWN + 1 })).filter(isWaiting);
}

async function newest({ ledger, now }: Pipeline): Promise<readonly ProposalRecord[]> {
  return (await ledger.proposals.list({ by: 'newest', from: 0, until: now(), limit: NEWEST })).filter(isWaiting);
}

/** A proposal, and how often its call was refused until now. */
interface Waiting {
  readonly proposal: ProposalRecord;
  readonly facts: IncidentFacts;
}

async function withFacts(proposal: ProposalRecord, { ledger }: Pipeline): Promise<Waiting> {
  return { proposal, facts: (await ledger.incident(proposal.incidentId)) ?? proposal.report.incident };
}

function titleOf(found: number, isPart: boolean): string {
  if (isPart) return 'Proposals that wait';
  return found === 0 ? 'Nothing waits for a person' : `${plural(found, 'proposal')} ${found === 1 ? 'waits' : 'wait'}`;
}

function orderLine(isNewest: boolean, isLater: boolean): Html {
  const byAge = isNewest || isLater ? html`<a href="/">Longest first</a>` : 'Longest first';
  const byDate = isNewest ? 'Newest first' : html`<a href="/?order=newest">Newest first</a>`;
  return html`<p class="quiet">${byAge} · ${byDate}</p>`;
}

function nextLink(shown: readonly Waiting[]): Html {
  const last = shown.at(-1)?.proposal;
  return last === undefined ? html`` : html`<p><a href="/?from=${dueOf(last) + 1}">The next ones</a></p>`;
}

const EMPTY = html`<p class="lead">Refused calls that no rule allows, or that a guard stops, appear here as proposals. What was decided is under <a href="/activity">Activity</a>, and what was granted under <a href="/grants">Grants</a>.</p>`;

function card({ proposal, facts }: Waiting, person: string, allowlist: Allowlist, now: number): Html {
  const { report, change, lastsMilliseconds, incidentId, at } = proposal;
  const member = shortLine(change.member, 200);
  return html`<li><article class="card attention">
<h2><a href="/incidents/${incidentId}">${briefingOf({ report, news: 'opened' }).what}</a></h2>
${factList([
  ['Waits', html`${lasting(at, now)}, since ${time(at)}; ${refusedText(facts)}`],
  [
    'Would grant',
    html`<code>${change.role}</code> to <code>${member}</code> in <code>${change.project}</code>, ${lengthOf(lastsMilliseconds)}`,
  ],
  ['Why it waits', shortLine(whyItWaits(report.decision), 500)],
  ['Who can approve', standing(proposal, person, allowlist)],
])}
</article></li>`;
}

function refusedText({ repeats, firstAt }: IncidentFacts): Html {
  return repeats === 0 ? html`refused once` : html`refused ${repeats + 1} times since ${time(firstAt)}`;
}

function standing(proposal: ProposalRecord, person: string, allowlist: Allowlist): Html {
  const found = standingOf(proposal, person, allowlist);
  switch (found.kind) {
    case 'may-approve':
      return html`${badge('good', 'You')} and others: ${decidersOf(proposal, allowlist)}`;
    case 'somebody-else':
      return html`${badge('neutral', 'Somebody else')} ${decidersOf(proposal, allowlist)}`;
    case 'nobody':
      return html`${badge('neutral', 'Nobody')} ${shortLine(found.why, 400)}`;
  }
}

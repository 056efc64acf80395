import type { GrantRecord } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { type Html, html } from '../report/html.ts';
import { NOT_FOUND } from './answers.ts';
import { actionForm, type Visitor } from './form.ts';
import { endOf, makerOf, phaseBadge } from './grant-line.ts';
import { isInForce } from './grant-phase.ts';
import { badge, factList, time } from './labels.ts';
import { mayUndo, whoMayUndo } from './may-undo.ts';
import type { Page } from './page.ts';
import { undoneChange } from './policy-change.ts';
import { named } from './standing.ts';

const GRANT_ID = /^g-[0-9a-f]{24}$/;

/** One grant, with what taking it back would change. */
export async function grantPage(id: string, visitor: Visitor, pipeline: Pipeline): Promise<Page> {
  const grant = GRANT_ID.test(id) ? await pipeline.ledger.grants.find(id) : null;
  if (grant === null) return NOT_FOUND;
  const { change, at, incidentId } = grant;
  const title = `Grant to ${change.member} in ${change.project}`;
  const isOver = !isInForce(grant, pipeline.now());
  const main = html`<p class="crumbs"><a href="/grants">Grants</a> › <code>${id}</code></p>
<p>${phaseBadge(grant, pipeline.now())}</p>
<h1>${title}</h1>
${factList([
  ['Role', html`<code>${change.role}</code>`],
  ['Made', html`${time(at)}, ${makerOf(grant)}`],
  [grant.state === 'undone' || grant.state === 'gone' ? 'Ended' : 'Lasts', endOf(grant)],
  ['Why', html`<a href="/incidents/${incidentId}">Its incident</a>`],
])}
${isOver ? html`<p>It is not in force any more, so there is nothing to take back.</p>` : await undoSection(grant, visitor, pipeline)}`;
  return { status: 200, title, section: 'grants', main, mark: null };
}

async function undoSection(grant: GrantRecord, visitor: Visitor, pipeline: Pipeline): Promise<Html> {
  const { change, storedAs, id, at } = grant;
  if (storedAs === 'other-name')
    return html`<p>${change.member} is an alias, which Google stored under its primary address: remove that member from <code>${change.role}</code> in <code>${change.project}</code> by hand.</p>`;
  const allowlist = await pipeline.allowlist();
  const may = mayUndo(grant, visitor.email, allowlist);
  const form = actionForm(
    visitor,
    `/grants/${id}/undo`,
    { at },
    html`<p id="undo-what">Removes exactly this binding and nothing else. Whoever uses it loses access within minutes, unless another role or a group gives it; and it is not granted again by itself.</p>
<button class="undo" aria-describedby="undo-what">Take this grant back</button>`,
  );
  const people = named(whoMayUndo(grant, allowlist));
  const refusal = html`<p>${badge('neutral', 'You cannot take it back')} ${people === '' ? 'The allowlist names nobody who can.' : `These can: ${people}.`}</p>`;
  return html`<section class="decide" aria-labelledby="undo"><h2 id="undo">Take it back</h2>
${await undoneChange(grant, may ? 'whole' : 'the-change', pipeline)}
${may ? form : refusal}
</section>`;
}

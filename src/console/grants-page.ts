import type { Allowlist } from '../decision/allowlist.ts';
import { approversFor } from '../decision/approval.ts';
import { isSameEmail } from '../iam/email.ts';
import type { GrantRecord } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { type Html, html, trusted } from '../report/html.ts';
import { actionForm, type Visitor } from './form.ts';
import { type GrantPhase, grantLine, isInForce, phaseBadge, phaseOf } from './grant-line.ts';
import { NOT_FOUND } from './message-page.ts';
import { badge, type Page, plural, time } from './page.ts';
import { undoneChange } from './policy-change.ts';

/** How many grants a list looks at; the newest come first. */
const LOOKED_AT = 500;
const SHOWN = 40;

const GRANT_ID = /^g-[0-9a-f]{24}$/;

/** What a list of grants is asked for; everything is text that somebody wrote into an address. */
export interface GrantFilter {
  readonly phase: string;
  readonly project: string;
  readonly principal: string;
}

const PHASES: readonly (readonly [string, string, readonly GrantPhase[]])[] = [
  ['in-force', 'In force', ['active', 'expiring', 'did-not-help']],
  ['expiring', 'Ending soon', ['expiring']],
  ['expired', 'Expired', ['expired']],
  ['undone', 'Taken back, or gone', ['undone', 'gone']],
  ['all', 'All', ['active', 'expiring', 'did-not-help', 'expired', 'undone', 'gone']],
];

/** The grants on record: by default those in force; by project and principal, as parts of their names. */
export async function grantsPage(filter: GrantFilter, { ledger, now }: Pipeline): Promise<Page> {
  const found = await ledger.grants.list({ by: 'newest', from: 0, until: now(), limit: LOOKED_AT });
  const [chosen = 'in-force', , phases = []] = PHASES.find(([name]) => name === filter.phase) ?? PHASES[0] ?? [];
  const matching = found.filter(
    (grant) =>
      phases.includes(phaseOf(grant, now())) &&
      grant.change.project.includes(filter.project.trim()) &&
      grant.change.member.toLowerCase().includes(filter.principal.trim().toLowerCase()),
  );
  const main = html`<h1>Grants</h1>
${filterForm(filter, chosen)}
<p class="quiet">${plural(matching.length, 'grant')}${matching.length > SHOWN ? `, the newest ${SHOWN} of which are shown` : ''}${found.length === LOOKED_AT ? `, among the newest ${LOOKED_AT} on record` : ''}.</p>
${matching.length === 0 ? html`<p class="lead">No grant is like that.</p>` : html`<ul class="rows">${matching.slice(0, SHOWN).map((grant) => grantLine(grant, now()))}</ul>`}`;
  return { status: 200, title: 'Grants', section: 'grants', main, mark: null };
}

function filterForm({ project, principal }: GrantFilter, chosen: string): Html {
  const options = PHASES.map(
    ([name, text]) => html`<option value="${name}"${name === chosen ? trusted(' selected') : ''}>${text}</option>`,
  );
  return html`<form method="get" action="/grants" class="filter" role="search" aria-label="Grants">
<p><label for="phase">Which</label><select id="phase" name="phase">${options}</select></p>
<p><label for="project">Project</label><input id="project" name="project" value="${project}" maxlength="200" autocomplete="off" spellcheck="false"></p>
<p><label for="principal">Principal</label><input id="principal" name="principal" value="${principal}" maxlength="300" autocomplete="off" spellcheck="false"></p>
<p><button class="plain">Show</button></p>
</form>`;
}

/** True for whoever may take a grant back: the approvers of the file, and those of the rule that made it. */
export function mayUndo({ report }: GrantRecord, person: string, allowlist: Allowlist): boolean {
  return approversFor(allowlist, report.decision.rules).some((approver) => isSameEmail(approver, person));
}

/** One grant, with what taking it back would change. */
export async function grantPage(id: string, visitor: Visitor, pipeline: Pipeline): Promise<Page> {
  const { ledger, now } = pipeline;
  const grant = GRANT_ID.test(id) ? await ledger.grants.find(id) : null;
  if (grant === null) return NOT_FOUND;
  const { change, at, ruleId, approvedBy, incidentId } = grant;
  const title = `Grant to ${change.member} in ${change.project}`;
  const main = html`<p class="crumbs"><a href="/grants">Grants</a> › <code>${id}</code></p>
<p>${phaseBadge(grant, now())}</p>
<h1>${title}</h1>
<dl class="facts">
<dt>Role</dt><dd><code>${change.role}</code></dd>
<dt>Made</dt><dd>${time(at)}, ${approvedBy === null ? `by rule ${ruleId ?? ''}` : `approved by ${approvedBy}`}</dd>
<dt>Lasts</dt><dd>${change.expiresAt === null ? 'until it is taken back' : html`until ${time(change.expiresAt)}`}</dd>
<dt>Why</dt><dd><a href="/incidents/${incidentId}">Its incident</a></dd>
</dl>
${isInForce(grant, now()) ? await undoSection(grant, visitor, pipeline) : html`<p>It is not in force any more, so there is nothing to take back.</p>`}`;
  return { status: 200, title, section: 'grants', main, mark: null };
}

async function undoSection(grant: GrantRecord, visitor: Visitor, pipeline: Pipeline): Promise<Html> {
  const may = mayUndo(grant, visitor.email, await pipeline.allowlist());
  return html`<section class="decide" aria-labelledby="undo"><h2 id="undo">Take it back</h2>
${await undoneChange(grant, pipeline)}
${
  may
    ? actionForm(
        visitor,
        `/grants/${grant.id}/undo`,
        { at: grant.at },
        html`<p id="undo-what">Removes exactly this binding and nothing else. Whoever uses it loses access within minutes, and it is not granted again by itself.</p>
<button class="undo" aria-describedby="undo-what">Take this grant back</button>`,
      )
    : html`<p>${badge('neutral', 'You cannot take it back')} Only the approvers whom the allowlist names for it can.</p>`
}
</section>`;
}

import type { Pipeline } from '../pipeline-ports.ts';
import { type Html, html, trusted } from '../report/html.ts';
import { grantLine } from './grant-line.ts';
import { GRANT_FILTERS, phaseOf } from './grant-phase.ts';
import type { Page } from './page.ts';
import { plural } from './wording.ts';

/** How many grants a list looks at, the newest, and how many it shows. */
const LOOKED_AT = 200;
const SHOWN = 40;

/** What a list of grants is asked for; everything is text that somebody wrote into an address. */
export interface GrantFilter {
  readonly state: string;
  readonly project: string;
  readonly principal: string;
}

const DEFAULT_STATE = 'in-force';

/** The grants on record: by default those in force; by project and principal, as parts of their names. */
export async function grantsPage(filter: GrantFilter, person: string, pipeline: Pipeline): Promise<Page> {
  const { ledger, allowlist } = pipeline;
  const now = pipeline.now();
  const state = GRANT_FILTERS.has(filter.state) ? filter.state : DEFAULT_STATE;
  const phases = GRANT_FILTERS.get(state)?.phases ?? [];
  const [found, rules] = await Promise.all([
    ledger.grants.list({ by: 'newest', from: 0, until: now, limit: LOOKED_AT }),
    allowlist(),
  ]);
  const matching = found.filter(
    (grant) =>
      phases.includes(phaseOf(grant, now)) &&
      holds(grant.change.project, filter.project) &&
      holds(grant.change.member, filter.principal),
  );
  const lines = matching.slice(0, SHOWN).map((grant) => grantLine(grant, person, rules, now));
  const main = html`<h1>Grants</h1>
${filterForm(filter, state)}
<p class="quiet">${plural(matching.length, 'grant')}${matching.length > SHOWN ? `, the newest ${SHOWN} of which are shown` : ''}${found.length === LOOKED_AT ? `, among the newest ${LOOKED_AT} on record` : ''}.</p>
${lines.length === 0 ? NONE : html`<ul class="rows">${lines}</ul>`}`;
  return { status: 200, title: 'Grants', section: 'grants', main, mark: null };
}

const NONE = html`<p class="lead">No grant matches. <a href="/grants?state=all">Show all grants</a></p>`;

function holds(name: string, part: string): boolean {
  return name.toLowerCase().includes(part.trim().toLowerCase());
}

function filterForm({ project, principal }: GrantFilter, chosen: string): Html {
  const options = [...GRANT_FILTERS].map(
    ([state, { name }]) =>
      html`<option value="${state}"${state === chosen ? trusted(' selected') : ''}>${name}</option>`,
  );
  return html`<form method="get" action="/grants" class="filter" role="search" aria-label="Grants">
<p><label for="state">State</label><select id="state" name="state">${options}</select></p>
<p><label for="project">Part of the project</label><input id="project" name="project" value="${project}" maxlength="200" autocomplete="off" spellcheck="false"></p>
<p><label for="principal">Part of the principal</label><input id="principal" name="principal" value="${principal}" maxlength="300" autocomplete="off" spellcheck="false"></p>
<p><button class="plain">Show</button></p>
</form>`;
}

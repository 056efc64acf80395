import type { GuardResult } from '../decision/decision.ts';
import { LONGEST_REASON } from '../dismiss-proposal.ts';
import { digest } from '../iam/digest.ts';
import { proposalIdOf } from '../ledger/keys.ts';
import type { GrantRecord, ProposalRecord } from '../ledger/records.ts';
import type { IncidentFile } from '../ledger/story.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { DISMISSAL_DAYS } from '../report/dismissal-report.ts';
import { reportDocument } from '../report/document/report-document.ts';
import { type Html, html } from '../report/html.ts';
import { forecastNotes } from '../report/remedies/forecast.ts';
import type { Report } from '../report/report.ts';
import { mayDismiss, standingOf } from './approver.ts';
import { actionForm, type Visitor } from './form.ts';
import { grantLine } from './grant-line.ts';
import { lengthOf } from './inbox-page.ts';
import { NOT_FOUND } from './message-page.ts';
import { badge, type Page } from './page.ts';
import { proposedChange } from './policy-change.ts';
import { reportSections } from './report-sections.ts';
import { drawStory } from './story.ts';

/** The newest of its grants; all of them are in the list of grants. */
const MOST_GRANTS = 10;

const INCIDENT_ID = /^i-[0-9a-f]{24}$/;

/** One incident: what waits, its story, its grants, and all that its newest report says. */
export async function incidentPage(id: string, visitor: Visitor, pipeline: Pipeline): Promise<Page> {
  if (!INCIDENT_ID.test(id)) return NOT_FOUND;
  const { ledger, now } = pipeline;
  const [file, proposal] = await Promise.all([ledger.incidentFile(id), ledger.proposals.find(proposalIdOf(id))]);
  if (file === null) return NOT_FOUND;
  const grants = await grantsOf(file, pipeline);
  const { newest } = file;
  const document = newest === null ? null : reportDocument(newest, null);
  const title = document?.what ?? `Incident ${id}`;
  const main = html`<p class="crumbs"><a href="/">Inbox</a> › Incident <code>${id}</code></p>
${document === null ? '' : html`<p>${badge(document.tone, document.badge)}</p>`}
<h1>${title}</h1>
<p class="lead">${document?.next ?? 'It is being worked on, and was not reported yet.'}</p>
${file.isBeingWorkedOn ? html`<p class="quiet">It is being worked on right now.</p>` : ''}
${proposal?.state === 'open' ? await proposalSection(proposal, visitor, pipeline) : ''}
<section><h2>What happened</h2>${drawStory(file)}</section>
${grants.length === 0 ? '' : html`<section><h2>Grants</h2><ul class="rows">${grants.slice(-MOST_GRANTS).map((grant) => grantLine(grant, now()))}</ul></section>`}
${document === null ? '' : reportSections(document)}
${newest === null ? '' : guardSection(newest.report)}
${document === null ? '' : html`<p class="quiet">${document.footer}</p>`}`;
  return { status: 200, title, section: 'inbox', main, mark: markOf(file, proposal, grants) };
}

function guardSection({ decision }: Report): Html {
  if (decision.guards.length === 0) return html``;
  return html`<section><details><summary>All ${decision.guards.length} guards</summary><ul>${decision.guards.map(
    ({ guard, result, detail }) =>
      html`<li><strong>${GUARD_RESULTS[result]}</strong>, <code>${guard}</code>: ${detail}</li>`,
  )}</ul></details></section>`;
}

const GUARD_RESULTS: Readonly<Record<GuardResult['result'], string>> = {
  held: 'Held',
  failed: 'Failed',
  'not-known': 'Not known',
};

async function grantsOf({ story }: IncidentFile, { ledger }: Pipeline): Promise<readonly GrantRecord[]> {
  const ids = new Set(story.flatMap(({ grantId }) => grantId ?? []));
  const found = await Promise.all([...ids].map((id) => ledger.grants.find(id)));
  return found.filter((grant) => grant !== null);
}

function markOf(file: IncidentFile, proposal: ProposalRecord | null, grants: readonly GrantRecord[]): string {
  const reports = file.story.map(({ reportId }) => reportId);
  return digest([...reports, proposal?.state ?? '', proposal?.hash ?? '', ...grants.map(({ state }) => state)]);
}

async function proposalSection(proposal: ProposalRecord, visitor: Visitor, pipeline: Pipeline): Promise<Html> {
  const { change, lastsMilliseconds } = proposal;
  const allowlist = await pipeline.allowlist();
  const standing = standingOf(proposal, visitor.email, allowlist);
  return html`<section class="decide" aria-labelledby="decide"><h2 id="decide">The change that waits</h2>
<dl class="facts">
<dt>Role</dt><dd><code>${change.role}</code></dd>
<dt>Member</dt><dd><code>${change.member}</code></dd>
<dt>Project</dt><dd><code>${change.project}</code></dd>
<dt>Lasts</dt><dd>${lengthOf(lastsMilliseconds)}</dd>
</dl>
${await proposedChange(proposal, pipeline)}
${forecastNotes(proposal.report.remedies).map(({ title, text }) => html`<h3>${title}</h3>${text.split('\n').map((line) => html`<p>${line}</p>`)}`)}
${standing.kind === 'may-approve' ? approveForm(proposal, visitor) : html`<p>${badge('neutral', 'You cannot approve it')} ${standing.why}</p>`}
${mayDismiss(proposal, visitor.email, allowlist) ? dismissForm(proposal, visitor) : ''}
</section>`;
}

function approveForm({ incidentId, hash }: ProposalRecord, visitor: Visitor): Html {
  return actionForm(
    visitor,
    `/incidents/${incidentId}/approve`,
    { hash },
    html`<p id="approve-what">Approving is for exactly this change. Everything is looked up and decided again first, and your address goes into the report, the ledger and the audit log of the write.</p>
<button class="approve" aria-describedby="approve-what">Approve this change</button>`,
  );
}

function dismissForm({ incidentId, hash }: ProposalRecord, visitor: Visitor): Html {
  return html`<details class="dismiss"><summary>Dismiss it instead</summary>
${actionForm(
  visitor,
  `/incidents/${incidentId}/dismiss`,
  { hash },
  html`<p id="dismiss-what">Nothing is granted, whoever waits is told why, and the same change is not proposed again for ${DISMISSAL_DAYS} days.</p>
<label for="reason">Reason, for whoever waits</label>
<input id="reason" name="reason" required maxlength="${LONGEST_REASON}" autocomplete="off" aria-describedby="dismiss-what">
<button class="plain">Dismiss</button>`,
)}
</details>`;
}

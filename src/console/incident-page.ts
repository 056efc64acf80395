import { digest } from '../iam/digest.ts';
import type { IncidentFile } from '../ledger/incident-file.ts';
import { proposalIdOf } from '../ledger/keys.ts';
import { settledText } from '../ledger/proposal-book.ts';
import type { GrantRecord, ProposalRecord, ProposalState } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { badgeOf, toneOf } from '../report/document/badge.ts';
import { reportDocument } from '../report/document/report-document.ts';
import { type Html, html } from '../report/html.ts';
import { NOT_FOUND } from './answers.ts';
import { decideSection } from './decide-section.ts';
import { drawStory } from './draw-story.ts';
import type { Visitor } from './form.ts';
import { grantLine } from './grant-line.ts';
import { guardSection } from './guard-section.ts';
import { badge } from './labels.ts';
import type { Page } from './page.ts';
import { reportSections } from './report-sections.ts';
import { isWaiting, standingOf } from './standing.ts';
import { sentence } from './wording.ts';

/** The newest of its grants; all of them are in the list of grants. */
const MOST_GRANTS = 10;

const INCIDENT_ID = /^i-[0-9a-f]{24}$/;

/** One incident: what waits, its story, its grants, and all that its newest report says. `done` is what a form did just now. */
export async function incidentPage(id: string, done: string, visitor: Visitor, pipeline: Pipeline): Promise<Page> {
  if (!INCIDENT_ID.test(id)) return NOT_FOUND;
  const [file, proposal] = await recordsOf(id, pipeline);
  if (file === null) return NOT_FOUND;
  const grants = await grantsOf(file, pipeline);
  const allowlist = await pipeline.allowlist();
  const waiting = proposal !== null && isWaiting(proposal) ? proposal : null;
  const mayApprove = waiting !== null && standingOf(waiting, visitor.email, allowlist).kind === 'may-approve';
  const { newest } = file;
  const document = newest === null ? null : reportDocument(newest, null);
  const title = document?.what ?? `Incident ${id}`;
  const main = html`<p class="crumbs"><a href="${waiting === null ? '/activity' : '/'}">${waiting === null ? 'Activity' : 'Inbox'}</a> › Incident <code>${id}</code></p>
${doneLine(done, file)}
${headOf(file, proposal)}
<h1>${title}</h1>
<p class="lead">${document?.next ?? 'It is being worked on, and was not reported yet.'}</p>
${file.isBeingWorkedOn ? html`<p class="quiet">It is being worked on right now.</p>` : ''}
${proposal === null ? '' : stateLine(proposal, file)}
${waiting === null ? '' : await decideSection(waiting, file.facts, visitor, pipeline)}
<section><h2>What happened</h2>${drawStory(file)}</section>
${grants.length === 0 ? '' : html`<section><h2>Grants</h2><ul class="rows">${grants.map((grant) => grantLine(grant, visitor.email, allowlist, pipeline.now()))}</ul></section>`}
${newest === null ? '' : reportSections(newest, { byHand: mayApprove ? 'folded' : 'shown' })}
${newest === null ? '' : guardSection(newest.report)}
${document === null ? '' : html`<p class="quiet">${document.footer}</p>`}`;
  return { status: 200, title, section: waiting === null ? 'activity' : 'inbox', main, mark: markOf(file, proposal) };
}

/** The mark of the page, without the page: its records are read, and nothing else is looked up. */
export async function incidentMark(id: string, pipeline: Pipeline): Promise<string | null> {
  if (!INCIDENT_ID.test(id)) return null;
  const [file, proposal] = await recordsOf(id, pipeline);
  return file === null ? null : markOf(file, proposal);
}

function recordsOf(id: string, { ledger }: Pipeline) {
  return Promise.all([ledger.incidentFile(id), ledger.proposals.find(proposalIdOf(id))]);
}

function markOf({ story }: IncidentFile, proposal: ProposalRecord | null): string {
  return digest([...story.map(({ reportId }) => reportId), proposal?.state ?? '', proposal?.hash ?? '']);
}

async function grantsOf({ story }: IncidentFile, { ledger }: Pipeline): Promise<readonly GrantRecord[]> {
  const ids = new Set(story.flatMap(({ grantId }) => grantId ?? []));
  const found = await Promise.all([...ids].slice(-MOST_GRANTS).map((id) => ledger.grants.find(id)));
  return found.filter((grant) => grant !== null);
}

const DONE: ReadonlyMap<string, string> = new Map([
  ['approved', 'Approved. The badge below says what came of it.'],
  ['dismissed', 'Dismissed. It was told where the proposal was told.'],
  [
    'undone',
    'Taken back, and reported. It takes some minutes to take effect; access by another role or a group stays. The next refused call, from ten minutes on, can be proposed again.',
  ],
]);

// An address alone says nothing: only what is on record as the newest is said to be done.
function doneLine(done: string, { newest }: IncidentFile): Html {
  const text = newest?.news === done ? DONE.get(done) : undefined;
  return text === undefined ? html`` : html`<p class="done" role="status">${text}</p>`;
}

// The report of a proposal says that it waits, whatever became of it since.
function headOf({ newest }: IncidentFile, proposal: ProposalRecord | null): Html {
  if (newest === null) return html``;
  const isClosed = proposal?.state === 'stale' && proposal.report.id === newest.report.id;
  return html`<p>${isClosed ? badge('neutral', 'Closed without a decision') : badge(toneOf(newest), badgeOf(newest))}</p>`;
}

const LINES: Readonly<Record<ProposalState, boolean>> = {
  open: false,
  approved: true,
  applied: false,
  failed: true,
  stale: true,
  dismissed: false,
};

// What the report does not say about its proposal.
function stateLine(proposal: ProposalRecord, { isBeingWorkedOn }: IncidentFile): Html {
  const { state, approval } = proposal;
  if (!LINES[state]) return html``;
  if (state !== 'approved') return html`<p>About its proposal: ${sentence(settledText(proposal))}</p>`;
  const end = isBeingWorkedOn
    ? 'approved it, and that is under way.'
    : 'approved it, and that did not come to an end. Whoever may approve can do it again, and it goes on.';
  return html`<p>${badge('attention', 'Approved, not granted yet')} ${approval?.by ?? 'Somebody'} ${end}</p>`;
}

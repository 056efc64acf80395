import type { Allowlist } from '../decision/allowlist.ts';
import { mayDecide } from '../decision/approval.ts';
import { LONGEST_REASON } from '../dismiss-proposal.ts';
import { dueOf } from '../ledger/proposal-book.ts';
import type { ProposalRecord } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { DISMISSAL_DAYS } from '../report/dismissal-report.ts';
import { type Html, html } from '../report/html.ts';
import { forecastNotes } from '../report/remedies/forecast.ts';
import type { IncidentFacts } from '../report/report.ts';
import { isApprover } from './admit.ts';
import { actionForm, type Visitor } from './form.ts';
import { badge, factList, time } from './labels.ts';
import { proposedChange } from './policy-change.ts';
import { decidersOf, type Standing, standingOf } from './standing.ts';
import { whyItWaits } from './why-it-waits.ts';
import { lengthOf, sentence } from './wording.ts';

/** The change that waits, with everything that decides it, and the forms to do so for whoever may. */
export async function decideSection(
  proposal: ProposalRecord,
  incident: IncidentFacts,
  visitor: Visitor,
  pipeline: Pipeline,
): Promise<Html> {
  const allowlist = await pipeline.allowlist();
  const { email } = visitor;
  const standing = standingOf(proposal, email, allowlist);
  const change = await proposedChange(proposal, isApprover(email, allowlist) ? 'whole' : 'the-change', pipeline);
  const dismissal = mayDecide(email, allowlist, proposal.report.decision.rules)
    ? dismissForm(proposal, standing, visitor)
    : '';
  return html`<section class="decide" aria-labelledby="decide"><h2 id="decide">The change that waits</h2>
${factsOf(proposal, incident, allowlist)}
${change.drawn}
${forecastOf(proposal)}
${standing.kind === 'may-approve' ? approveForm(proposal, change.isThere, visitor) : html`<p>${badge('neutral', standing.kind === 'nobody' ? 'Nobody can approve it' : 'You cannot approve it')} ${sentence(standing.why)}</p>`}
${dismissal}
</section>`;
}

function factsOf(proposal: ProposalRecord, incident: IncidentFacts, allowlist: Allowlist): Html {
  const { change, report, lastsMilliseconds } = proposal;
  const { denial, diagnosis, decision } = report;
  const from = denial.callerIp === undefined ? '' : `, from ${denial.callerIp}`;
  return factList([
    ['Role', html`<code>${change.role}</code>`],
    ['Member', html`<code>${change.member}</code>`],
    ['Project', html`<code>${change.project}</code>`],
    ['Lasts', lengthOf(lastsMilliseconds)],
    ['Why it waits', whyItWaits(decision)],
    ['Diagnosis', `${diagnosis.cause}, ${diagnosis.certainty}`],
    [
      'Refused',
      html`${incident.repeats === 0 ? 'once' : `${incident.repeats + 1} times`}, last ${time(incident.lastAt)}${from}`,
    ],
    ['Who can approve', decidersOf(proposal, allowlist) === '' ? 'nobody' : decidersOf(proposal, allowlist)],
    ['Closes by itself', time(new Date(dueOf(proposal)).toISOString())],
  ]);
}

function forecastOf({ report }: ProposalRecord): Html {
  const notes = forecastNotes(report.remedies).map(
    ({ title, text }) => html`<h3>${title}</h3>${text.split('\n').map((line) => html`<p>${line}</p>`)}`,
  );
  return html`${notes}`;
}

function approveForm({ incidentId, hash, change }: ProposalRecord, isThere: boolean, visitor: Visitor): Html {
  const isAccount = !change.member.startsWith('user:');
  return actionForm(
    visitor,
    `/incidents/${incidentId}/approve`,
    { hash },
    html`<p id="approve-what">Approving is for exactly this change. Everything is looked up and decided again first${isAccount ? ', also whether you can act as this account, for then somebody else has to approve' : ''}. Your address goes into the report, the ledger and the audit log of the write.</p>
<button class="approve" aria-describedby="approve-what">${isThere ? 'Approve; nothing will be written' : 'Approve this change'}</button>`,
  );
}

function dismissForm({ incidentId, hash }: ProposalRecord, standing: Standing, visitor: Visitor): Html {
  const form = actionForm(
    visitor,
    `/incidents/${incidentId}/dismiss`,
    { hash },
    html`<p id="dismiss-what">Nothing is granted, whoever waits is told why, and the same change is not proposed again for ${DISMISSAL_DAYS} days. That cannot be taken back here; a rule that allows the access is not stopped by it.</p>
<label for="reason">Reason, for whoever waits</label>
<input id="reason" name="reason" required pattern=".*\\S.*" maxlength="${LONGEST_REASON}" autocomplete="off" aria-describedby="dismiss-what">
<button class="plain">Dismiss</button>`,
  );
  const summary = standing.kind === 'may-approve' ? 'Dismiss it instead' : 'Dismiss it';
  return html`<details class="dismiss"><summary>${summary}</summary>
${form}
</details>`;
}

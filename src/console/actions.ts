import { approveProposal } from '../approve-proposal.ts';
import { dismissProposal } from '../dismiss-proposal.ts';
import { proposalIdOf } from '../ledger/keys.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { briefingOf } from '../report/briefing.ts';
import { undoGrant } from '../undo-grant.ts';
import { isApprover } from './admit.ts';
import { NOT_FOUND } from './answers.ts';
import { ONLY_APPROVERS_ASK } from './ask-entry.ts';
import { explainedPage } from './explained-page.ts';
import type { Visitor } from './form.ts';
import { mayUndo } from './may-undo.ts';
import { messagePage } from './message-page.ts';
import type { Page } from './page.ts';
import { sentence } from './wording.ts';

/** What a form holds, field by field; fields that are missing are empty. */
export type Form = (name: string) => string;

/** What a form is answered with: a page, or the way to one that says what was done, which can be reloaded. */
export type Answered = { readonly kind: 'page'; readonly page: Page } | { readonly kind: 'go'; readonly path: string };

/** Does what a form asks for, on behalf of a person; everything is checked anew. Throws `Redeliver` for what passes. */
export type Action = (id: string, form: Form, visitor: Visitor, pipeline: Pipeline) => Promise<Answered>;

/** Applies the proposal of an incident, when it still is what was shown. */
export const approve: Action = async (id, form, { email }, pipeline) => {
  const request = { proposalId: proposalIdOf(id), hash: form('hash'), person: email };
  const result = await approveProposal(request, pipeline);
  if (result.kind === 'refused') return nothingChanged(result.why, id);
  const { report } = result;
  const { kind } = report.outcome;
  if (kind === 'applied' || kind === 'already-granted') return done('approved', id);
  const { next } = briefingOf({ report, news: 'approved' });
  return answered(messagePage(409, 'Approved, but not granted', next, toIncident(id)));
};

/** Closes the proposal of an incident, with a reason. */
export const dismiss: Action = async (id, form, { email }, pipeline) => {
  const request = { proposalId: proposalIdOf(id), hash: form('hash'), person: email, reason: form('reason') };
  const result = await dismissProposal(request, pipeline);
  return result.kind === 'refused' ? nothingChanged(result.why, id) : done('dismissed', id);
};

/** Takes a grant back, when it still is the one that was shown. */
export const undo: Action = async (id, form, { email }, pipeline) => {
  const grant = await pipeline.ledger.grants.find(id);
  if (grant === null) return answered(NOT_FOUND);
  const { incidentId, change } = grant;
  if (!mayUndo(grant, email, await pipeline.allowlist()))
    return answered(
      messagePage(
        403,
        'Nothing was changed',
        `${email} is not among its approvers, so it stays.`,
        toIncident(incidentId),
      ),
    );
  if (grant.at !== form('at'))
    return nothingChanged('it was granted again since the page was shown; look at it again', incidentId);
  const result = await undoGrant(grant, email, pipeline);
  if (result.kind === 'refused') return nothingChanged(result.why, incidentId);
  if (result.isReported) return done('undone', incidentId);
  const what = `${change.role} was taken from ${change.member} in ${change.project}.`;
  return answered(
    messagePage(
      200,
      'Taken back',
      `${what} That is on record, and reported within the next minutes.`,
      toIncident(incidentId),
    ),
  );
};

/** Says what would be decided about an entry now: to approvers alone, for the answer tells who holds which role. */
export const explain: Action = async (_id, form, visitor, pipeline) => {
  const way = { path: '/allowlist', name: 'Go to the allowlist' };
  if (!isApprover(visitor.email, await pipeline.allowlist()))
    return answered(messagePage(403, 'Only approvers can ask this', ONLY_APPROVERS_ASK, way));
  pipeline.events.write({ event: 'console-explained', by: visitor.email });
  return answered(await explainedPage(form('entry'), visitor, pipeline));
};

function done(what: 'approved' | 'dismissed' | 'undone', incidentId: string): Answered {
  return { kind: 'go', path: `/incidents/${incidentId}?done=${what}` };
}

function nothingChanged(why: string, incidentId: string): Answered {
  return answered(messagePage(409, 'Nothing was changed', sentence(why), toIncident(incidentId)));
}

function answered(page: Page): Answered {
  return { kind: 'page', page };
}

function toIncident(id: string) {
  return { path: `/incidents/${id}`, name: 'Look at the incident' };
}

import { approveProposal } from '../approve-proposal.ts';
import { dismissProposal } from '../dismiss-proposal.ts';
import { proposalIdOf } from '../ledger/keys.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { briefingOf } from '../report/briefing.ts';
import { undoGrant } from '../undo-grant.ts';
import type { Visitor } from './form.ts';
import { mayUndo } from './grants-page.ts';
import { messagePage, NOT_FOUND } from './message-page.ts';
import type { Page } from './page.ts';

/** What a form holds, field by field; fields that are missing are empty. */
export type Form = (name: string) => string;

/** Does what a form asks for, on behalf of a person; everything is checked anew. Throws `Redeliver` for what passes. */
export type Action = (id: string, form: Form, visitor: Visitor, pipeline: Pipeline) => Promise<Page>;

/** Applies the proposal of an incident, when it still is what was shown. */
export const approve: Action = async (id, form, { email }, pipeline) => {
  const request = { proposalId: proposalIdOf(id), hash: form('hash'), person: email };
  const result = await approveProposal(request, pipeline);
  if (result.kind === 'refused') return nothingChanged(result.why, id);
  const { report } = result;
  const { next } = briefingOf({ report, news: 'approved' });
  const { kind } = report.outcome;
  const isDone = kind === 'applied' || kind === 'already-granted';
  return isDone
    ? messagePage(
        200,
        kind === 'applied' ? 'Approved and granted' : 'Approved; it was granted already',
        next,
        toIncident(id),
      )
    : messagePage(409, 'Approved, but not granted', next, toIncident(id));
};

/** Closes the proposal of an incident, with a reason. */
export const dismiss: Action = async (id, form, { email }, pipeline) => {
  const request = { proposalId: proposalIdOf(id), hash: form('hash'), person: email, reason: form('reason') };
  const result = await dismissProposal(request, pipeline);
  if (result.kind === 'refused') return nothingChanged(result.why, id);
  return messagePage(200, 'Dismissed', result.report.outcome.detail ?? '', toIncident(id));
};

/** Takes a grant back, when it still is the one that was shown. */
export const undo: Action = async (id, form, { email }, pipeline) => {
  const grant = await pipeline.ledger.grants.find(id);
  if (grant === null) return NOT_FOUND;
  const way = toIncident(grant.incidentId);
  if (!mayUndo(grant, email, await pipeline.allowlist()))
    return messagePage(403, 'Nothing was changed', `${email} is not among its approvers, so it stays.`, way);
  if (grant.at !== form('at'))
    return messagePage(
      409,
      'Nothing was changed',
      'It was granted again since the page was shown. Look at it again.',
      way,
    );
  const result = await undoGrant(grant, email, pipeline);
  switch (result.kind) {
    case 'refused':
      return messagePage(409, 'Nothing was changed', `${sentence(result.why)}`, way);
    case 'was-gone':
      return messagePage(
        200,
        'It was gone already',
        'The binding was not in the policy any more. That is on record now.',
        way,
      );
    case 'removed':
      return messagePage(
        200,
        'Taken back',
        `${grant.change.member} has lost ${grant.change.role} in ${grant.change.project}, within minutes everywhere.`,
        way,
      );
  }
};

function nothingChanged(why: string, incidentId: string): Page {
  return messagePage(409, 'Nothing was changed', sentence(why), toIncident(incidentId));
}

function toIncident(id: string) {
  return { path: `/incidents/${id}`, name: 'Look at the incident' };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

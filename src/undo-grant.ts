import type { GrantRecord } from './ledger/records.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { bindingOf } from './remediation/change.ts';
import { readableTime } from './report/document/readable-time.ts';
import { tellTurn } from './tell-turn.ts';

/** What came of taking a grant back. `was-gone`: the binding was not there any more. */
export type UndoResult =
  | { readonly kind: 'removed' | 'was-gone'; readonly isReported: boolean }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Takes exactly one grant's binding out of the policy, on behalf of a person (e-mail address, or null where it is not
 * known), and reports it. Throws `Redeliver` for what passes; then it may be tried again.
 */
export async function undoGrant(grant: GrantRecord, person: string | null, pipeline: Pipeline): Promise<UndoResult> {
  if (grant.state !== 'active' && grant.state !== 'did-not-help') return { kind: 'refused', why: overText(grant) };
  const { project, role } = grant.change;
  if (grant.storedAs === 'other-name')
    return {
      kind: 'refused',
      why: `${grant.change.member} is an alias, which Google stored under its primary address: remove that member from ${role} in ${project} by hand`,
    };
  const by = person === null ? '' : ` by ${person}`;
  const reason = `guestlist undo ${grant.id} incident ${grant.incidentId}${by}`;
  const bindings = [bindingOf(grant.change)];
  // On record before it is done: whoever finds the binding gone after a crash knows who took it away.
  await pipeline.ledger.grants.askUndo(grant.id, person);
  const removal = await pipeline.removeBindings({ project, bindings, reason, askedBy: 'person' });
  if (removal.kind !== 'done') return { kind: 'refused', why: removal.detail };
  const incident = (await pipeline.ledger.incident(grant.incidentId)) ?? grant.report.incident;
  const isReported = await tellTurn(grant, { turn: 'undone', by: person, due: null }, incident, pipeline);
  // That it was asked for is on record, and due: the sweep finds the binding gone, and tells whose doing it was.
  const kind = removal.removed === 0 ? 'was-gone' : 'removed';
  pipeline.events.write({ event: 'grant-taken-back', grantId: grant.id, by: person ?? '', outcome: kind });
  return { kind, isReported };
}

function overText({ state, stateAt, stateBy }: GrantRecord): string {
  const at = readableTime(stateAt);
  switch (state) {
    case 'undone':
      return `it was taken back already at ${at}${stateBy === null ? '' : `, by ${stateBy}`}`;
    case 'gone':
      return `it is gone already: somebody else removed it, as was seen at ${at}`;
    case 'ended':
      return `it has ended already, at ${at}`;
    case 'active':
    case 'did-not-help':
      return 'it is in force';
  }
}

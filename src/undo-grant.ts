import type { GrantRecord } from './ledger/records.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { bindingOf } from './remediation/change.ts';
import { grantOf, tellTurn } from './tell-turn.ts';

/** What came of taking a grant back. `was-gone`: the binding was not there any more. */
export type UndoResult =
  | { readonly kind: 'removed' | 'was-gone'; readonly isReported: boolean }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Takes exactly one grant's binding out of the policy, on behalf of a person (e-mail address, or null where it is not
 * known), and reports it. Throws `Redeliver` for what passes; then it may be tried again.
 */
export async function undoGrant(grant: GrantRecord, person: string | null, pipeline: Pipeline): Promise<UndoResult> {
  if (grant.state !== 'active' && grant.state !== 'did-not-help')
    return { kind: 'refused', why: `the grant is ${grant.state} since ${grant.stateAt} already` };
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
  // Without a report it has to be on record all the same, or it would be taken for somebody else's doing.
  if (!isReported) await pipeline.ledger.grants.settle({ ...grantOf(grant), state: 'undone', by: person, due: null });
  return { kind: removal.removed === 0 ? 'was-gone' : 'removed', isReported };
}

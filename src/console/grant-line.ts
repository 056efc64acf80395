import type { Allowlist } from '../decision/allowlist.ts';
import type { GrantRecord } from '../ledger/records.ts';
import { type Html, html } from '../report/html.ts';
import { isInForce, PHASE_NAMES, phaseOf } from './grant-phase.ts';
import { badge, time } from './labels.ts';
import { mayUndo } from './may-undo.ts';
import { lasting } from './wording.ts';

/** A grant's phase as a coloured word. */
export function phaseBadge(grant: GrantRecord, now: number): Html {
  const { tone, name } = PHASE_NAMES[phaseOf(grant, now)];
  return badge(tone, name);
}

/** How a grant ends, or ended and by whom. */
export function endOf({ change, state, stateAt, stateBy }: GrantRecord): Html {
  const by = stateBy === null ? '' : ` by ${stateBy}`;
  switch (state) {
    case 'undone':
      return html`taken back ${time(stateAt)}${by}`;
    case 'gone':
      return html`seen to be gone ${time(stateAt)}`;
    case 'ended':
    case 'active':
    case 'did-not-help':
      return change.expiresAt === null ? html`until it is taken back` : html`until ${time(change.expiresAt)}`;
  }
}

/** Who made a grant: a rule, or whoever approved it. */
export function makerOf({ approvedBy, ruleId }: GrantRecord): string {
  return approvedBy === null ? `by rule ${ruleId ?? ''}` : `approved by ${approvedBy}`;
}

/** One grant in a list: who has what where, since when, until when, by whom, and the ways on from it. */
export function grantLine(grant: GrantRecord, person: string, allowlist: Allowlist, now: number): Html {
  const { id, change, at, incidentId } = grant;
  const isUndoable = isInForce(grant, now) && mayUndo(grant, person, allowlist);
  return html`<li>${phaseBadge(grant, now)} <code>${change.member}</code> in <code>${change.project}</code>: <code>${change.role}</code>
<span class="quiet">since ${time(at)} (${lasting(at, now)}), ${endOf(grant)}, ${makerOf(grant)}.</span>
<a href="/incidents/${incidentId}">Incident</a> · <a href="/grants/${id}">${isUndoable ? 'Take it back…' : 'Details'}</a></li>`;
}

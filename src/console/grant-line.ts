import type { GrantRecord } from '../ledger/records.ts';
import { type Html, html } from '../report/html.ts';
import { badge, lasting, time } from './page.ts';

/** A grant ends soon in its last day, or in the last quarter of a shorter time. */
const SOON_MILLISECONDS = 24 * 3_600_000;
const SOON_SHARE = 1 / 4;

/** Where a grant is in its life, as people ask for it. */
export type GrantPhase = 'active' | 'expiring' | 'expired' | 'undone' | 'gone' | 'did-not-help';

/** The phase of a grant at a time in milliseconds: near its end it is expiring, after it expired. */
export function phaseOf({ state, change, at }: GrantRecord, now: number): GrantPhase {
  const left = change.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(change.expiresAt) - now;
  switch (state) {
    case 'undone':
    case 'gone':
      return state;
    case 'ended':
      return 'expired';
    case 'active':
    case 'did-not-help':
      if (left <= 0) return 'expired';
      if (state === 'did-not-help') return state;
      return left < Math.min(SOON_MILLISECONDS, (now + left - Date.parse(at)) * SOON_SHARE) ? 'expiring' : 'active';
  }
}

/** True for a grant that can be taken back. */
export function isInForce(grant: GrantRecord, now: number): boolean {
  return (['active', 'expiring', 'did-not-help'] as const).some((phase) => phase === phaseOf(grant, now));
}

const PHASES: Readonly<
  Record<GrantPhase, { readonly tone: 'good' | 'attention' | 'bad' | 'neutral'; readonly name: string }>
> = {
  active: { tone: 'good', name: 'Active' },
  expiring: { tone: 'attention', name: 'Ends soon' },
  expired: { tone: 'neutral', name: 'Expired' },
  undone: { tone: 'neutral', name: 'Taken back' },
  gone: { tone: 'bad', name: 'Gone' },
  'did-not-help': { tone: 'bad', name: 'Did not help' },
};

/** A grant's phase as a coloured word. */
export function phaseBadge(grant: GrantRecord, now: number): Html {
  const { tone, name } = PHASES[phaseOf(grant, now)];
  return badge(tone, name);
}

/** One grant in a list: who has what where, since when, until when, by whom, and the way to its incident and to undo it. */
export function grantLine(grant: GrantRecord, now: number): Html {
  const { id, change, at, ruleId, approvedBy, state, stateAt, stateBy, incidentId } = grant;
  const end = change.expiresAt === null ? 'until it is taken back' : html`until ${time(change.expiresAt)}`;
  const by = approvedBy === null ? `rule ${ruleId ?? ''}` : `approved by ${approvedBy}`;
  const turn =
    state === 'undone' || state === 'gone'
      ? html`; ${state === 'undone' ? 'taken back' : 'seen to be gone'} ${time(stateAt)}${stateBy === null ? '' : ` by ${stateBy}`}`
      : '';
  return html`<li>${phaseBadge(grant, now)} <code>${change.member}</code> in <code>${change.project}</code>: <code>${change.role}</code>
<span class="quiet">since ${time(at)} (${lasting(at, now)}), ${end}, ${by}${turn}.</span>
<a href="/incidents/${incidentId}">Incident</a>${isInForce(grant, now) ? html` · <a href="/grants/${id}">Take it back…</a>` : ''}</li>`;
}

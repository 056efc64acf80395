import type { GrantRecord } from '../ledger/records.ts';
import type { Tone } from '../report/document/document.ts';

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

/** The phases in which a grant gives access, and can be taken back. */
const IN_FORCE: readonly GrantPhase[] = ['active', 'expiring', 'did-not-help'];

/** True for a grant that can be taken back. */
export function isInForce(grant: GrantRecord, now: number): boolean {
  return IN_FORCE.includes(phaseOf(grant, now));
}

/** What each phase is called, and how it looks. */
export const PHASE_NAMES: Readonly<Record<GrantPhase, { readonly tone: Tone; readonly name: string }>> = {
  active: { tone: 'good', name: 'Active' },
  expiring: { tone: 'attention', name: 'Ends soon' },
  'did-not-help': { tone: 'bad', name: 'Did not help' },
  expired: { tone: 'neutral', name: 'Expired' },
  undone: { tone: 'neutral', name: 'Taken back' },
  gone: { tone: 'bad', name: 'Gone' },
};

/** What a list of grants can be asked for, by its name in addresses. */
export const GRANT_FILTERS: ReadonlyMap<string, { readonly name: string; readonly phases: readonly GrantPhase[] }> =
  new Map([
    ['in-force', { name: 'In force', phases: IN_FORCE }],
    ...Object.entries(PHASE_NAMES).map(([phase, { name }]) => [phase, { name, phases: phasesNamed(phase) }] as const),
    ['all', { name: 'All', phases: [...IN_FORCE, 'expired', 'undone', 'gone'] }],
  ]);

function phasesNamed(name: string): readonly GrantPhase[] {
  return ([...IN_FORCE, 'expired', 'undone', 'gone'] as const).filter((phase) => phase === name);
}

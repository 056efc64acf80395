import { count, counted } from './charts.ts';
import type { BacktestResult, GrantFacts, OutcomeCounts } from './result.ts';

type Outcome = keyof OutcomeCounts;

const OUTCOMES: readonly (readonly [Outcome, string])[] = [
  ['granted', 'granted by a rule'],
  ['grantedIfConfirmed', 'granted if look-ups confirm it'],
  ['avoided', 'avoided by a grant in force'],
  ['avoidedIfConfirmed', 'avoided if look-ups confirm it'],
  ['propagating', 'minutes after a grant'],
  ['overLimit', 'proposed: a limit was reached'],
  ['proposed', 'proposed to a person'],
  ['advised', 'advised: no grant helps'],
  ['repeated', 'repeated, only counted'],
  ['muted', 'muted by a rule'],
];

/** The outcomes that occurred, by what they are called, in the order in which they are told. */
export function outcomeRows(outcomes: OutcomeCounts): readonly (readonly [string, number])[] {
  return OUTCOMES.map(([outcome, name]) => [name, outcomes[outcome]] as const).filter(([, number]) => number > 0);
}

/** The one sentence that a reader takes away. */
export function takeaway({ outcomes, incidents, history }: BacktestResult): string {
  const closed = incidents.closedWithoutPerson + incidents.closedIfConfirmed;
  const ifConfirmed = incidents.closedIfConfirmed > 0 ? ', if confirmed' : '';
  return `${grantsMade(outcomes)} over ${count(history.entries)} ${history.entries === 1 ? 'entry' : 'entries'}. ${count(closed)} of ${count(incidents.total)} incidents would have closed without a person${ifConfirmed}.`;
}

function grantsMade({ granted, grantedIfConfirmed }: OutcomeCounts): string {
  if (grantedIfConfirmed === 0) return counted(granted, 'grant');
  return granted === 0
    ? `${counted(grantedIfConfirmed, 'grant')} if look-ups confirm it`
    : `${counted(granted, 'grant')}, and ${count(grantedIfConfirmed)} more if look-ups confirm it,`;
}

/** The period of a history as people read it. */
export function period({ history: { from, to } }: BacktestResult): string {
  return from === null || to === null ? 'no entries' : `${minute(from)} to ${minute(to)} UTC`;
}

/** A time to the minute: `2026-11-24 02:14`. */
export function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** How long a grant lasts: `12 h`, `30 d`, or that it stays. */
export function lasting({ expiresAfterSeconds: seconds }: Pick<GrantFacts, 'expiresAfterSeconds'>): string {
  if (seconds === null) return 'stays';
  if (seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  return seconds % 3_600 === 0 ? `${seconds / 3_600} h` : `${Math.round(seconds / 60)} min`;
}

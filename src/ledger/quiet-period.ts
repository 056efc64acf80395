import { PROPAGATION_MINUTES } from '../diagnosis/causes/propagating.ts';
import type { Report } from '../report/report.ts';

/** How long an incident that nothing was changed about is only counted, unless the allowlist says otherwise. */
const QUIET_MILLISECONDS = 60 * 60_000;

/** After it was told that a grant did not help, there is nothing new to say for long. */
const AFTER_USELESS_GRANT_MILLISECONDS = 24 * 60 * 60_000;

/**
 * For how long denials of a reported incident only count, in milliseconds. After a grant that is the time in which a
 * denial is propagation; else what the allowlist says (null where it says nothing).
 */
export function quietPeriod(
  { outcome }: Pick<Report, 'outcome'>,
  isGrantUseless: boolean,
  asked: number | null,
): number {
  const isGranted = outcome.kind === 'applied' || outcome.kind === 'already-granted';
  if (isGranted) return PROPAGATION_MINUTES * 60_000;
  return asked ?? (isGrantUseless ? AFTER_USELESS_GRANT_MILLISECONDS : QUIET_MILLISECONDS);
}

/** True when more repeats were counted than the next of 10, 100, 1,000 and so on that was not told yet. */
export function isWorthTelling(repeats: number, toldRepeats: number): boolean {
  return repeats >= 10 && 10 ** Math.floor(Math.log10(repeats)) > toldRepeats;
}

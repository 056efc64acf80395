/**
 * What people are thought to spend on one refusal without Guestlist, in hours: an estimate, not a measurement. For a
 * grant somebody has to find the cause, ask, wait and be granted; for an explained refusal somebody has to find the cause.
 */
const HOURS_PER_GRANT = 2;
const HOURS_PER_ADVICE = 0.5;

/** An estimate of the hours saved by grants that were made and by refusals that were explained. */
export function hoursSaved(grants: number, advised: number): number {
  return grants * HOURS_PER_GRANT + advised * HOURS_PER_ADVICE;
}

/** What the estimate rests on, for whoever reads it. */
export const HOURS_SAVED_BASIS = `at ${HOURS_PER_GRANT} for each grant and ${HOURS_PER_ADVICE} for each refusal explained; nobody measured it`;

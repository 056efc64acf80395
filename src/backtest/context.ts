import type { PerimeterViolation } from '../denial/denial.ts';
import { type Judgement, NOTHING_SEEN } from '../ledger/judge-caller.ts';

/**
 * What other refusals say about one, as far as it decides anything: whether the caller explores, whether a perimeter
 * blocked the same caller or somebody unnamed. One of eight, so that decisions can be kept by it.
 */
export type Context = number;

/** Nothing else was seen. */
export const PLAIN: Context = 0;

/** How many contexts there are. */
export const CONTEXTS = 8;

const EXPLORES = 1;
const SHADOWED = 2;
const NEAR_A_PERIMETER = 4;

/** The context that a judgement comes to. */
export function contextOf({ suspicion, shadow, perimeterNearby }: Judgement): Context {
  return (
    (suspicion.kind === 'none' ? 0 : EXPLORES) |
    (shadow === null ? 0 : SHADOWED) |
    (perimeterNearby === 'none' ? 0 : NEAR_A_PERIMETER)
  );
}

/** A judgement that comes to a context. Its numbers and names are empty: they are for reports only. */
export function judgementOf(context: Context): Judgement {
  return {
    ...NOTHING_SEEN,
    suspicion:
      (context & EXPLORES) === 0
        ? NOTHING_SEEN.suspicion
        : { kind: 'reconnaissance', permissions: 0, projects: 0, windowMinutes: 0 },
    shadow: (context & SHADOWED) === 0 ? null : SOME_PERIMETER,
    perimeterNearby: (context & NEAR_A_PERIMETER) === 0 ? 'none' : 'unnamed-caller',
  };
}

const SOME_PERIMETER: PerimeterViolation = {
  uniqueId: null,
  reason: null,
  perimeter: null,
  direction: 'unknown',
  target: null,
  source: null,
  permissions: [],
  accessLevels: [],
  member: null,
};

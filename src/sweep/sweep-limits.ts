import type { Pipeline } from '../pipeline-ports.ts';

/** How much one sweep does at most; the rest is for the next tick. */
export interface SweepLimits {
  readonly grants: number;
  /** Projects whose policy is read, and written at most once for each role. */
  readonly projects: number;
  readonly digestHours: number;
}

export const DEFAULT_SWEEP_LIMITS: SweepLimits = { grants: 200, projects: 50, digestHours: 24 };

/** Does one thing of a sweep; what fails is logged, left for a later tick, and keeps nothing else from being done. */
export async function attempt<T>(
  what: string,
  { events }: Pick<Pipeline, 'events'>,
  run: () => Promise<T>,
): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    events.write({ event: 'sweep-failed', what, detail: error instanceof Error ? error.message : 'it failed' });
    return null;
  }
}

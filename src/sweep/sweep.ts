import type { Pipeline } from '../pipeline-ports.ts';
import { checkGrants } from './check-grants.ts';
import { closeProposals } from './close-proposals.ts';
import { finishWork } from './finish-work.ts';
import { postDigest } from './post-digest.ts';
import { attempt, type SweepLimits } from './sweep-limits.ts';

/** Longer than a sweep within its limits takes; a sweep that died is followed by the next one after that. */
const TURN_MILLISECONDS = 10 * 60_000;

const NOTHING_CHECKED = { grantsChecked: 0, grantsEnded: 0, grantsFailed: 0 };

/**
 * Tidies up after a tick: ends work that was left, removes grants of ours whose time is over, tells grants that
 * are gone or did not help, closes stale proposals and posts the digest. One at a time over all instances; a tick that
 * comes meanwhile does nothing. What fails is logged and left for the next tick.
 */
export async function sweep(pipeline: Pipeline, limits: SweepLimits): Promise<void> {
  const leave = await pipeline.ledger.tryTurn('sweep', TURN_MILLISECONDS);
  if (leave === null) return pipeline.events.write({ event: 'sweep-skipped' });
  try {
    const reportsTold = await attempt('reports', pipeline, () => finishWork(pipeline, limits.grants));
    const grants = await attempt('grants', pipeline, () => checkGrants(pipeline, limits));
    const proposalsClosed = await attempt('proposals', pipeline, () => closeProposals(pipeline, limits.grants));
    const isPosted = await attempt('digest', pipeline, () => postDigest(pipeline, limits.digestHours * 3_600_000));
    pipeline.events.write({
      event: 'sweep-done',
      ...(grants ?? NOTHING_CHECKED),
      reportsTold: reportsTold ?? 0,
      proposalsClosed: proposalsClosed ?? 0,
      isDigestPosted: isPosted ?? false,
    });
  } finally {
    await leave();
  }
}

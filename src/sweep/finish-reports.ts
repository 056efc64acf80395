import { tell } from '../carry-out.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { attempt } from './sweep-limits.ts';

/** Older than this, what was left is in the dead-letter topic for good. */
const LOOK_BACK_MILLISECONDS = 7 * 86_400_000;

/**
 * Tells reports whose delivery nobody went on with, because their message went to the dead-letter topic or their process
 * died. Deciding is not made up for here: that is for the message. Gives how many.
 */
export async function finishReports(pipeline: Pipeline, limit: number): Promise<number> {
  const { ledger, events } = pipeline;
  const now = pipeline.now();
  const left = await ledger.incidents({ by: 'due', from: now - LOOK_BACK_MILLISECONDS, until: now, limit });
  let told = 0;
  for (const { facts, round } of left) {
    await attempt(`incident ${facts.id}`, pipeline, async () => {
      const taken = await ledger.takeUp({ incident: facts, text: `left ${facts.id} ${round}` });
      if (taken.kind === 'in-progress') return events.write({ event: 'work-left', incidentId: facts.id });
      if (taken.kind !== 'resume-report') return ledger.finish(taken.hold);
      await tell(taken.report, taken.delivered, taken.hold, pipeline);
      told += 1;
    });
  }
  return told;
}

import { tell } from '../carry-out.ts';
import { tellIfThere } from '../go-on.ts';
import { proposalIdOf } from '../ledger/keys.ts';
import type { TakenUp } from '../ledger/ledger.ts';
import type { IncidentRecord } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { attempt } from './sweep-limits.ts';

/** Older than this, what was left is in the dead-letter topic for good. */
const LOOK_BACK_MILLISECONDS = 7 * 86_400_000;

/** What could not be ended is tried again after this time, and not before everything else. */
const POSTPONED_MILLISECONDS = 3_600_000;

/**
 * Ends work that nobody went on with, because its message is in the dead-letter topic or its process died: what was
 * reported is told to every channel, what was written is told as made, and everything else is dropped. Nothing is
 * decided and nothing is granted: that is for a message, or for a person. Gives how many reports were told.
 */
export async function finishWork(pipeline: Pipeline, limit: number): Promise<number> {
  const { ledger } = pipeline;
  const now = pipeline.now();
  const left = await ledger.incidents({ by: 'due', from: now - LOOK_BACK_MILLISECONDS, until: now, limit });
  let told = 0;
  for (const incident of left) {
    const { id } = incident.facts;
    const count = await attempt(`incident ${id}`, pipeline, () => finish(incident, pipeline));
    told += count ?? 0;
    if (count === null)
      await attempt(`incident ${id}`, pipeline, () => ledger.postpone(id, now + POSTPONED_MILLISECONDS));
  }
  return told;
}

async function finish(incident: IncidentRecord, pipeline: Pipeline): Promise<number> {
  const { facts, round } = incident;
  const taken = await pipeline.ledger.takeUpLeft({ incident: facts, text: `left ${facts.id} ${round}` });
  if (taken.kind === 'in-progress') return 0;
  try {
    return await end(taken, incident, pipeline);
  } catch (error) {
    await pipeline.ledger.release(taken.hold).catch(() => {});
    throw error;
  }
}

async function end(
  taken: Exclude<TakenUp, { readonly kind: 'in-progress' }>,
  { facts, work }: IncidentRecord,
  pipeline: Pipeline,
): Promise<number> {
  const { ledger, events } = pipeline;
  if (taken.kind === 'resume-report') {
    await tell(taken.posting, taken.delivered, taken, pipeline);
    return 1;
  }
  const denial = taken.kind === 'resume-intent' ? taken.denial : null;
  if (denial !== null && (await tellIfThere(taken, denial, pipeline)).kind === 'told') return 1;
  // An approval that came to nothing may be given again.
  await ledger.proposals.settle(proposalIdOf(facts.id), ['approved'], 'open');
  await ledger.drop(taken.hold);
  if (work?.task === 'examine') events.write({ event: 'work-left', incidentId: facts.id });
  return 0;
}

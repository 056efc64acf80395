import type { Denial } from './denial/denial.ts';
import { namesBehind } from './denial/denial-names.ts';
import { createDenialReader } from './denial/read-denial-text.ts';
import { nothingToDo } from './examine.ts';
import { andThen, orElse, type Soon } from './iam/soon.ts';
import { readMessage } from './ingest/read-message.ts';
import { incidentIdOf } from './ledger/incident-id.ts';
import { addressDigest } from './ledger/keys.ts';
import type { Claimed } from './ledger/ledger.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { workOn } from './work-on-denial.ts';

/** What it knows is how texts read, which is the same whoever asks. */
const readDenialText = createDenialReader();

/**
 * The way of one message, read top to bottom. Returns when all is durable; throws `Redeliver` for what passes. What
 * cannot be read is stored whole in the quarantine and not asked for again.
 */
export function handleMessage(event: unknown, pipeline: Pipeline): Soon<void> {
  const message = readMessage(event);
  if (message.kind === 'unreadable') return pipeline.quarantine.store(message);
  const reading = readDenialText(message.text, () => new Date(pipeline.now()).toISOString());
  if (reading.kind === 'denial') return handleDenial(reading.denial, pipeline);
  return pipeline.quarantine.store({ reason: reading.reason, id: message.id, raw: message.text });
}

function handleDenial(denial: Denial, pipeline: Pipeline): Soon<void> {
  const { ledger, watch, events } = pipeline;
  const idle = nothingToDo(denial, pipeline.identity);
  if (idle !== null) return events.write({ event: 'denial-ignored', cause: idle, entryId: denial.entryId });
  const incidentId = incidentIdOf(denial);
  const claim = () =>
    ledger.claim({
      entryId: denial.entryId,
      incidentId,
      deniedAt: denial.at,
      behind: namesBehind(denial).map(addressDigest),
    });
  return andThen(andThen(watch.observe(denial, incidentId), claim), (claimed) =>
    workOnClaimed(claimed, denial, pipeline),
  );
}

function workOnClaimed(claimed: Claimed, denial: Denial, pipeline: Pipeline): Soon<void> {
  if (!('hold' in claimed)) return workOn(claimed, denial, pipeline);
  return orElse(
    () => workOn(claimed, denial, pipeline),
    async (error) => {
      // What is not given back, because the ledger is away too, is free again when its lease is over.
      await pipeline.ledger.release(claimed.hold).catch(() => {});
      throw error;
    },
  );
}

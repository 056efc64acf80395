import type { Denial } from './denial/denial.ts';
import { namesBehind } from './denial/denial-names.ts';
import { readDenial } from './denial/read-denial.ts';
import { nothingToDo } from './examine.ts';
import { readEntryText } from './ingest/read-entry.ts';
import { readMessage } from './ingest/read-message.ts';
import { incidentIdOf } from './ledger/incident-id.ts';
import { addressDigest } from './ledger/keys.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { workOn } from './work-on-denial.ts';

/**
 * The way of one message, read top to bottom. Returns when all is durable; throws `Redeliver` for what passes. What
 * cannot be read is stored whole in the quarantine and not asked for again.
 */
export async function handleMessage(event: unknown, pipeline: Pipeline): Promise<void> {
  const message = readMessage(event);
  if (message.kind === 'unreadable') return pipeline.quarantine.store(message);
  const reading = readEntryText(message.text);
  if (reading.kind === 'unreadable')
    return pipeline.quarantine.store({ ...reading, id: message.id, raw: message.text });
  const denial = readDenial(reading.entry, new Date(pipeline.now()).toISOString());
  if (denial.kind === 'denial') return handleDenial(denial.denial, pipeline);
  const reason = denial.issues.map((issue) => `${issue.place}: ${issue.message}`).join('; ');
  return pipeline.quarantine.store({ reason, id: message.id, raw: message.text });
}

async function handleDenial(denial: Denial, pipeline: Pipeline): Promise<void> {
  const { ledger, watch, events } = pipeline;
  const idle = nothingToDo(denial, pipeline.identity);
  if (idle !== null) return events.write({ event: 'denial-ignored', cause: idle, entryId: denial.entryId });
  const incidentId = incidentIdOf(denial);
  await watch.observe(denial, incidentId);
  const claimed = await ledger.claim({
    entryId: denial.entryId,
    incidentId,
    deniedAt: denial.at,
    behind: namesBehind(denial).map(addressDigest),
  });
  try {
    await workOn(claimed, denial, pipeline);
  } catch (error) {
    // What is not given back, because the ledger is away too, is free again when its lease is over.
    if ('hold' in claimed) await ledger.release(claimed.hold).catch(() => {});
    throw error;
  }
}

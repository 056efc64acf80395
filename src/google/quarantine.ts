import type { EventLog } from '../event-log.ts';
import { digest } from '../iam/digest.ts';
import type { Quarantine, QuarantinedMessage } from '../ingest/quarantine.ts';
import { Redeliver } from '../redeliver.ts';
import type { LogLine, WriteLog } from './logging-client.ts';
import type { Publish } from './pubsub-topic.ts';

/** A message holds at most 10 MB (pubsub/quotas); what is larger goes to the log in parts. */
const MESSAGE_LIMIT_BYTES = 9_500_000;

/** A log entry holds at most 256 KiB (logging/quotas); this leaves room for its other fields and for escaping. */
const PART_LIMIT_CHARACTERS = 50_000;

/** One write holds at most 10 MB (logging/quotas), which characters of several bytes must not exceed either. */
const PARTS_PER_WRITE = 40;

/** Keeps unreadable messages on a topic where there is one and they fit, else whole in the log, in as many parts as it takes. */
export function createQuarantine(
  publish: Publish | null,
  write: WriteLog,
  events: EventLog,
  now: () => number,
): Quarantine {
  return {
    store: async (message) => {
      const data = Buffer.from(message.raw);
      try {
        if (publish !== null && data.length <= MESSAGE_LIMIT_BYTES) await publish(data, attributesOf(message));
        else await writeParts(linesOf(message, now()), write);
      } catch (error) {
        throw new Redeliver('quarantine-unavailable', error instanceof Error ? error.message : 'unknown error', error);
      }
      events.write({ event: 'message-quarantined', id: message.id, reason: message.reason.slice(0, 500) });
    },
  };
}

async function writeParts(lines: readonly LogLine[], write: WriteLog): Promise<void> {
  for (let at = 0; at < lines.length; at += PARTS_PER_WRITE) await write(lines.slice(at, at + PARTS_PER_WRITE));
}

// Attribute values hold at most 1,024 bytes (pubsub/quotas).
function attributesOf({ id, reason }: QuarantinedMessage): Readonly<Record<string, string>> {
  return { messageId: id.slice(0, 200), reason: reason.slice(0, 250) };
}

function linesOf(message: QuarantinedMessage, now: number): readonly LogLine[] {
  const uid = `q-${digest([message.id, message.raw])}`;
  const parts = partsOf(message.raw);
  return parts.map((raw, index) => ({
    severity: 'ERROR',
    insertId: `${uid}-${index}`,
    timestamp: new Date(now),
    labels: { guestlist_quarantine: uid },
    payload: {
      message: `Guestlist could not read a message: ${message.reason.slice(0, 500)}`,
      messageId: message.id,
      reason: message.reason.slice(0, 2_000),
      raw,
    },
    split: parts.length === 1 ? null : { uid, index, totalSplits: parts.length },
  }));
}

// A cut never falls between the halves of one character.
function partsOf(raw: string): readonly string[] {
  const parts: string[] = [];
  for (let at = 0; at < raw.length || parts.length === 0; ) {
    const end = at + PART_LIMIT_CHARACTERS;
    const isInsidePair = /[\uD800-\uDBFF]/.test(raw.charAt(end - 1)) && end < raw.length;
    parts.push(raw.slice(at, isInsidePair ? end - 1 : end));
    at = isInsidePair ? end - 1 : end;
  }
  return parts;
}

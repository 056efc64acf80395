import { describe, isRecord } from './fields.ts';

/** One Cloud Logging `LogEntry` as JSON, not looked into yet. */
export type Entry = Readonly<Record<string, unknown>>;

/** An entry, or why the text holds none. */
export type EntryReading =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** An audit entry is at most 512 KiB (logging/quotas); twice that leaves room for JSON spelling. */
export const ENTRY_LIMIT_BYTES = 1024 * 1024;

const DEPTH_LIMIT = 100;

/** Reads the text of a message as one log entry. */
export function readEntryText(text: string): EntryReading {
  const bytes = Buffer.byteLength(text);
  if (bytes > ENTRY_LIMIT_BYTES) {
    return unreadable(`${bytes} bytes are more than an audit entry can have (${ENTRY_LIMIT_BYTES} are accepted)`);
  }
  try {
    return readEntryValue(JSON.parse(text));
  } catch (error) {
    return unreadable(`not JSON: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
}

/** Checks that a parsed JSON value can be a log entry: an object that is not nested beyond reason. */
export function readEntryValue(value: unknown): EntryReading {
  if (!isRecord(value)) return unreadable(`expected a log entry (a JSON object), got ${describe(value)}`);
  if (isDeeperThan(value, DEPTH_LIMIT)) return unreadable(`nested deeper than ${DEPTH_LIMIT} levels`);
  return { kind: 'entry', entry: value };
}

// The nesting is the sender's, so no step goes deeper than the limit.
function isDeeperThan(value: unknown, levels: number): boolean {
  if (levels < 0) return true;
  if (typeof value !== 'object' || value === null) return false;
  for (const part of Object.values(value)) if (isDeeperThan(part, levels - 1)) return true;
  return false;
}

function unreadable(reason: string): EntryReading {
  return { kind: 'unreadable', reason };
}

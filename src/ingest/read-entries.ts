import { isRecord } from './fields.ts';
import { type Entry, type EntryReading, readEntryText, readEntryValue } from './read-entry.ts';
import { readMessage } from './read-message.ts';
import { splitJson } from './split-json.ts';

/** One entry of an input, or why it could not be read; `line` is where it starts, from 1. */
export type InputEntry =
  | { readonly kind: 'entry'; readonly line: number; readonly entry: Entry }
  | { readonly kind: 'unreadable'; readonly line: number; readonly reason: string };

/**
 * Reads log entries from text: a JSON array, one object, or one object a line. Pub/Sub push bodies are opened. What
 * cannot be read does not keep the rest from being read.
 */
export function readEntries(text: string): readonly InputEntry[] {
  return splitJson(text).map(({ line, json }): InputEntry => {
    return { ...readEntryJson(json), line };
  });
}

/** Reads one JSON text as a log entry, or as a Pub/Sub push body that holds one. */
export function readEntryJson(json: string): EntryReading {
  const parsed = parse(json);
  return parsed.kind === 'unreadable' ? parsed : readEntryOrPush(parsed.value);
}

/** Reads a parsed JSON value as a log entry, or as a Pub/Sub push body that holds one. */
export function readEntryOrPush(value: unknown): EntryReading {
  if (!isPush(value)) return readEntryValue(value);
  const message = readMessage(value);
  return message.kind === 'message'
    ? readEntryText(message.text)
    : { kind: 'unreadable' as const, reason: message.reason };
}

function parse(
  json: string,
): { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'unreadable'; readonly reason: string } {
  try {
    return { kind: 'value', value: JSON.parse(json) };
  } catch (error) {
    return { kind: 'unreadable', reason: `not JSON: ${error instanceof Error ? error.message : 'unreadable'}` };
  }
}

function isPush(value: unknown): boolean {
  if (!isRecord(value) || Object.hasOwn(value, 'protoPayload')) return false;
  return isRecord(value.message) || (isRecord(value.data) && isRecord(value.data.message));
}

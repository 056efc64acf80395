import { describe, isRecord } from './fields.ts';

/** One Pub/Sub message as it was pushed: its text, and what Pub/Sub says about it. */
export interface Message {
  readonly kind: 'message';
  readonly id: string;
  readonly text: string;
}

/** A push that holds no readable message. `raw` is all that came, so that nothing is lost. */
export interface UnreadableMessage {
  readonly kind: 'unreadable';
  readonly id: string;
  readonly reason: string;
  readonly raw: string;
}

/**
 * Finds the Pub/Sub message in what the functions framework hands to a CloudEvent handler: a CloudEvent of type
 * `google.cloud.pubsub.topic.v1.messagePublished`, or the bare push body `{message, subscription}`, which the framework
 * (5.0.5) passes on unconverted when the message has no data.
 */
export function readMessage(event: unknown): Message | UnreadableMessage {
  const message = findMessage(event);
  if (message === null) return unreadable('', `expected a Pub/Sub message, got ${describe(event)}`, safeJson(event));
  const id = textOf(message, 'messageId') || textOf(message, 'message_id');
  const data = Object.hasOwn(message, 'data') ? message.data : undefined;
  if (data === undefined || data === '') {
    return unreadable(id, 'the message has no data; expected one log entry as base64 JSON', safeJson(message));
  }
  if (typeof data !== 'string')
    return unreadable(id, `message.data: expected base64 text, got ${describe(data)}`, safeJson(message));
  return decode(id, data);
}

function findMessage(event: unknown): Readonly<Record<string, unknown>> | null {
  if (!isRecord(event)) return null;
  const data = ownRecord(event, 'data');
  return (data === null ? null : ownRecord(data, 'message')) ?? ownRecord(event, 'message');
}

function ownRecord(record: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> | null {
  const value = Object.hasOwn(record, name) ? record[name] : undefined;
  return isRecord(value) ? value : null;
}

function textOf(record: Readonly<Record<string, unknown>>, name: string): string {
  const value = Object.hasOwn(record, name) ? record[name] : undefined;
  return typeof value === 'string' ? value : '';
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

function decode(id: string, data: string): Message | UnreadableMessage {
  const bytes = bytesOf(data);
  if (!isBase64(data, bytes)) return unreadable(id, 'message.data is not base64', data);
  try {
    return { kind: 'message', id, text: UTF8.decode(bytes) };
  } catch {
    return unreadable(id, 'message.data is base64, but what it holds is not UTF-8 text', data);
  }
}

// What comes back when the bytes are encoded again was base64; that is faster to see than by each character. Other spellings
// of it, such as without padding, are looked at by each.
function isBase64(data: string, bytes: Buffer): boolean {
  return bytes.toString('base64') === data || BASE64.test(data);
}

// Almost every message fits, and room that is there already costs nothing: what was read into it is made a text at once.
const ROOM = Buffer.allocUnsafeSlow(64 * 1024);

function bytesOf(data: string): Buffer {
  return data.length > ROOM.length ? Buffer.from(data, 'base64') : ROOM.subarray(0, ROOM.write(data, 'base64'));
}

function unreadable(id: string, reason: string, raw: string): UnreadableMessage {
  return { kind: 'unreadable', id, reason, raw };
}

// Deeply nested outside data can exhaust the stack of JSON.stringify.
function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch (error) {
    return `(could not be written as JSON: ${error instanceof Error ? error.message : 'unknown error'})`;
  }
}

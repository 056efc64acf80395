/** How Cloud Logging writes every time. */
const AS_LOGGED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?\s?(Z|UTC|[+-]\d\d:\d\d)?$/;

/** An RFC 3339 time in UTC or with an offset, with up to nine digits of a second: kept as text, not as a Date. */
export type Timestamp = string;

/**
 * Reads a time and keeps its nanoseconds. Tools that copy entries write a space for the `T` and leave out the zone;
 * both are read as UTC. Gives null when the text is no time.
 */
export function parseTimestamp(text: string): Timestamp | null {
  if (AS_LOGGED.test(text)) return Number.isNaN(Date.parse(text)) ? null : text;
  const match = TIMESTAMP.exec(text);
  if (match === null) return null;
  const [, day, time, fraction = '', zone = 'Z'] = match;
  const timestamp = `${day}T${time}${fraction}${zone === 'UTC' ? 'Z' : zone}`;
  return Number.isNaN(Date.parse(timestamp)) ? null : timestamp;
}

/** Milliseconds since the epoch; what is below a millisecond is dropped. */
export function millisecondsOf(timestamp: Timestamp): number {
  return Date.parse(timestamp);
}

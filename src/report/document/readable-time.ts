import { plainName } from './plain-lines.ts';

const UTC = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?Z$/;

/** A time of the audit log as a person reads it: to the second, in UTC. Any other form stays as it is. */
export function readableTime(time: string): string {
  const [, date, clock] = UTC.exec(time) ?? [];
  return date === undefined || clock === undefined ? plainName(time) : `${date} ${clock} UTC`;
}

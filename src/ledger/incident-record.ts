import { DAY_MILLISECONDS, keyOf } from './keys.ts';
import type { IncidentRecord, WorkRecord } from './records.ts';
import type { Session } from './transact.ts';

/** The time of a step, and until when work that is held by it stays held; milliseconds since the epoch. */
export interface Moment {
  readonly now: number;
  readonly leaseUntil: number;
}

/**
 * Whoever holds an incident and is not heard of for this long has lost it. Longer than the longest way between two calls
 * to the ledger: two looks at a denial with a wait between them, or one read and one write of a policy.
 */
export const DEFAULT_LEASE_SECONDS = 180;

/** Pub/Sub delivers a message again within 10 minutes (pubsub.proto: retry_policy); after that it gave up. */
const ABANDONED_MILLISECONDS = 10 * 60_000;

const KEEP_MILLISECONDS = 90 * DAY_MILLISECONDS;

/**
 * Puts an incident; it is kept for months after its last denial. While work is under way it is due some time after the
 * lease, so that the sweep finds what nobody went on with.
 */
export function putIncident(session: Session, id: string, incident: IncidentRecord, now: number): void {
  const due = incident.work === null ? null : incident.work.leaseUntil + ABANDONED_MILLISECONDS;
  session.put(keyOf('incidents', id), incident, { at: now, due, keepUntil: now + KEEP_MILLISECONDS });
}

/** Puts an incident whose work nobody went on with, to be looked at again at a time. */
export function postponeIncident(
  session: Session,
  id: string,
  incident: IncidentRecord,
  until: number,
  now: number,
): void {
  session.put(keyOf('incidents', id), incident, { at: now, due: until, keepUntil: now + KEEP_MILLISECONDS });
}

/** Work that is held from now on. */
export function workFor(entryKey: string, task: WorkRecord['task'], token: string, { leaseUntil }: Moment): WorkRecord {
  return { token, entryKey, state: 'held', leaseUntil, task };
}

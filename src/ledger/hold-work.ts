import { Redeliver } from '../redeliver.ts';
import { type Moment, putIncident } from './incident-record.ts';
import { DAY_MILLISECONDS, keyOf } from './keys.ts';
import type { Hold } from './ledger.ts';
import type { IncidentRecord, RoundRecord, WorkRecord } from './records.ts';
import type { Session } from './transact.ts';

const KEEP_ROUND_MILLISECONDS = 90 * DAY_MILLISECONDS;

/** The work that a hold is about, as it stands. */
export interface HeldWork {
  readonly incident: IncidentRecord & { readonly work: WorkRecord };
  readonly round: RoundRecord;
}

/** Checks that a hold still holds, and renews it. Throws `Redeliver` when somebody else has taken over. */
export function heldWork(session: Session, { incidentId, token }: Hold, { now, leaseUntil }: Moment): HeldWork {
  const incident = session.get(keyOf('incidents', incidentId));
  const work = incident?.work ?? null;
  if (incident === null || work === null || work.token !== token)
    throw new Redeliver('lease-lost', `another worker has taken over incident ${incidentId}`);
  const renewed: WorkRecord = { ...work, state: 'held', leaseUntil };
  putIncident(session, incidentId, { ...incident, work: renewed }, now);
  return {
    incident: { ...incident, work: renewed },
    round: roundOf(session.get(keyOf('rounds', incidentId)), incident.round),
  };
}

/** The round an incident is in; the document may still be that of the round before. */
export function roundOf(stored: RoundRecord | null, round: number): RoundRecord {
  if (stored?.round === round) return stored;
  return {
    round,
    intent: null,
    denial: null,
    progress: 'nothing-sent',
    sentAt: null,
    report: null,
    news: 'opened',
    delivered: [],
    reservations: [],
    quietMilliseconds: null,
    last: stored?.report ?? stored?.last ?? null,
    story: stored?.story ?? [],
  };
}

/** Puts the round of an incident. */
export function putRound(session: Session, incidentId: string, round: RoundRecord, now: number): void {
  session.put(keyOf('rounds', incidentId), round, { at: now, due: null, keepUntil: now + KEEP_ROUND_MILLISECONDS });
}

import type { IncidentFacts } from '../report/report.ts';
import { countDenial } from './denials-by-day.ts';
import { type Moment, putIncident, workFor } from './incident-record.ts';
import { DAY_MILLISECONDS, entryKeyOf, keyOf } from './keys.ts';
import type { Claim } from './ledger.ts';
import { isWorthTelling } from './quiet-period.ts';
import type { EntryRecord, IncidentRecord, WorkRecord } from './records.ts';
import type { Session } from './transact.ts';

/** Longer than Pub/Sub keeps a message by default (pubsub/docs: 7 days), so that no late delivery counts twice. */
const KEEP_ENTRY_MILLISECONDS = 14 * DAY_MILLISECONDS;

/** So many people can stand behind one caller's calls that are remembered. */
export const MOST_BEHIND = 50;

/** A claim, with the key of its entry. */
export interface KeyedClaim extends Claim {
  readonly entryKey: string;
}

/** What came of a claim; for `held` the round says where to go on. */
export type ClaimAnswer =
  | { readonly kind: 'held'; readonly incident: IncidentRecord }
  | { readonly kind: 'repeat'; readonly facts: IncidentFacts }
  | { readonly kind: 'done' }
  | { readonly kind: 'in-progress' };

/**
 * Claims an entry in a session that holds its entry and its incident. A claim repeated with the same token comes to the
 * same; one is only asked for where work is held.
 */
export function claimEntry(session: Session, claim: KeyedClaim, token: () => string, time: Moment): ClaimAnswer {
  const entry = session.get(keyOf('entries', claim.entryKey));
  const incident = session.get(keyOf('incidents', claim.incidentId));
  return entry === null
    ? claimNew(session, claim, incident, token, time)
    : claimAgain(session, claim, entry, incident, token, time);
}

/** What a round is about that no new denial began. */
export interface Topic {
  readonly incident: IncidentFacts;
  /** Tells this round from every other: the same text goes on with the same round. */
  readonly text: string;
}

/** What of somebody else's unfinished work may be taken up: what is not decided by it, or all that was left for long. */
export type TakeUpScope = 'follow-ups' | 'whatever-is-left';

/**
 * Takes an incident up without counting a denial, in a session that holds its incident and its round. What somebody
 * else left half-done is only taken up when nothing but the telling is left, or nothing was done yet about a follow-up:
 * going on with a denial is for its own entry. What was left for long is whoever's asks for it.
 */
export function takeUpIncident(
  session: Session,
  { incident: facts, text }: Topic,
  scope: TakeUpScope,
  token: string,
  time: Moment,
): ClaimAnswer {
  const incident = session.get(keyOf('incidents', facts.id)) ?? untouched(facts);
  const { work } = incident;
  if (work?.token === token) return { kind: 'held', incident };
  const entryKey = entryKeyOf(text);
  const isOwn = work?.entryKey === entryKey;
  if (work !== null && work.leaseUntil > time.now && !(isOwn && work.state === 'released'))
    return { kind: 'in-progress' };
  if (work !== null && !isOwn && scope === 'follow-ups' && !isFree(session, incident, work))
    return { kind: 'in-progress' };
  const number = work === null ? incident.round + 1 : incident.round;
  const held = { ...incident, round: number, work: workFor(entryKey, work?.task ?? 'follow-up', token, time) };
  putIncident(session, facts.id, held, time.now);
  return { kind: 'held', incident: held };
}

function isFree(session: Session, { facts, round: number }: IncidentRecord, work: WorkRecord): boolean {
  const stored = session.get(keyOf('rounds', facts.id));
  const round = stored?.round === number ? stored : null;
  const isToBeTold = round !== null && round.report !== null;
  return isToBeTold || (work.task === 'follow-up' && round?.progress !== 'write-sent');
}

function claimAgain(
  session: Session,
  claim: KeyedClaim,
  entry: EntryRecord,
  incident: IncidentRecord | null,
  token: () => string,
  time: Moment,
): ClaimAnswer {
  const work = incident?.work ?? null;
  if (incident === null || entry.round <= incident.settledRound) return { kind: 'done' };
  if (work === null) {
    const round = incident.round + 1;
    const again = workFor(claim.entryKey, 'examine', token(), time);
    return hold(session, claim, { ...incident, round, work: again }, time.now);
  }
  if (work.token === token()) return { kind: 'held', incident };
  const isOwner = work.entryKey === claim.entryKey;
  // Whoever has taken over may fail without being delivered again, so nobody else is told that it is done.
  if (work.leaseUntil > time.now && !(isOwner && work.state === 'released')) return { kind: 'in-progress' };
  return hold(session, claim, { ...incident, work: workFor(claim.entryKey, taskLeft(work), token(), time) }, time.now);
}

function claimNew(
  session: Session,
  claim: KeyedClaim,
  incident: IncidentRecord | null,
  token: () => string,
  time: Moment,
): ClaimAnswer {
  const known = incident ?? firstOf(claim);
  const facts = incident === null ? known.facts : countedOf(known.facts, claim.deniedAt);
  const days = countDenial(known.days, claim.deniedAt, time.now);
  const counted = { ...known, facts, behind: withThose(known.behind, claim.behind), days };
  const task = taskFor(counted, claim, time.now);
  if (task === null) {
    store(session, claim, counted, time.now);
    return { kind: 'repeat', facts };
  }
  // What was left by somebody who is gone is gone on with; anything else is a round of its own.
  const round = known.work === null ? known.round + 1 : known.round;
  return hold(session, claim, { ...counted, round, work: workFor(claim.entryKey, task, token(), time) }, time.now);
}

function withThose(behind: readonly string[], more: readonly string[]): readonly string[] {
  return more.length === 0 ? behind : [...new Set([...behind, ...more])].slice(0, MOST_BEHIND);
}

// A message is not acknowledged before its incident is reported, so while one entry is worked on the others of a burst
// only count. What was refused before the quiet period ended is told by the last report, however late it comes.
function taskFor(incident: IncidentRecord, claim: Claim, now: number): WorkRecord['task'] | null {
  if (incident.work !== null) return incident.work.leaseUntil > now ? null : taskLeft(incident.work);
  if (Math.min(Date.parse(claim.deniedAt), now) >= incident.quietUntil) return 'examine';
  return isWorthTelling(incident.facts.repeats, incident.toldRepeats) ? 'tell-repeats' : null;
}

// A follow-up that somebody left is dropped: whoever was refused is examined like anybody else.
function taskLeft({ task }: WorkRecord): WorkRecord['task'] {
  return task === 'follow-up' ? 'examine' : task;
}

function hold(session: Session, claim: KeyedClaim, incident: IncidentRecord, now: number): ClaimAnswer {
  store(session, claim, incident, now);
  return { kind: 'held', incident };
}

function store(session: Session, claim: KeyedClaim, incident: IncidentRecord, now: number): void {
  const { incidentId } = claim;
  session.put(
    keyOf('entries', claim.entryKey),
    { incidentId, round: incident.round },
    { at: now, due: null, keepUntil: now + KEEP_ENTRY_MILLISECONDS },
  );
  putIncident(session, incidentId, incident, now);
}

function firstOf({ incidentId, deniedAt }: Claim): IncidentRecord {
  return untouched({ id: incidentId, repeats: 0, firstAt: deniedAt, lastAt: deniedAt });
}

function untouched(facts: IncidentFacts): IncidentRecord {
  return {
    facts,
    round: 0,
    work: null,
    toldRepeats: 0,
    quietUntil: 0,
    told: null,
    threads: {},
    behind: [],
    endedBy: null,
    settledRound: 0,
    days: {},
  };
}

// Deliveries come in any order, so the first and the last are told by time.
function countedOf(facts: IncidentFacts, deniedAt: string): IncidentFacts {
  const time = Date.parse(deniedAt);
  const isEarlier = time < Date.parse(facts.firstAt);
  const isLater = time > Date.parse(facts.lastAt);
  return {
    id: facts.id,
    repeats: facts.repeats + 1,
    firstAt: isEarlier ? deniedAt : facts.firstAt,
    lastAt: isLater ? deniedAt : facts.lastAt,
  };
}

import type { NewsKind } from '../report/posting.ts';
import type { Report } from '../report/report.ts';
import { giveBack } from './count-grants.ts';
import type { Key } from './document-store.ts';
import { grantKeys, putGrant, settleGrant } from './grant-book.ts';
import { type HeldWork, putRound } from './hold-work.ts';
import { putIncident } from './incident-record.ts';
import { keyOf, proposalIdOf } from './keys.ts';
import type { Conclusion, Hold } from './ledger.ts';
import { putProposal } from './proposal-book.ts';
import type { Reservation, ToldRecord } from './records.ts';
import { withEvent } from './story.ts';
import type { Session } from './transact.ts';

/** The documents that the end of a round touches, besides those of its incident. */
export function conclusionKeys(
  { incidentId }: Hold,
  { grant, earlierGrant }: Conclusion,
  reserved: readonly Reservation[],
): readonly Key[] {
  return [
    keyOf('proposals', proposalIdOf(incidentId)),
    ...(grant === null ? reserved.map(({ budgetId }) => keyOf('budgets', budgetId)) : grantKeys(grant)),
    ...(earlierGrant === null ? [] : grantKeys(earlierGrant)),
  ];
}

/**
 * Records report, grant and proposal of a round in one piece: none of them is there without the others. Where no grant
 * was made, what the round counted against limits is given back.
 */
export function putConclusion(
  session: Session,
  { incidentId }: Hold,
  { incident, round }: HeldWork,
  { report, news, grant, proposal, earlierGrant, quietMilliseconds }: Conclusion,
  now: number,
): void {
  const reservations = grant === null ? [] : round.reservations;
  if (grant === null) giveBack(session, round.reservations, now);
  const story = withEvent(round.story, { report, news, grant, earlierGrant });
  const concluded = { report, news, intent: null, denial: null, delivered: [], reservations, quietMilliseconds, story };
  putRound(session, incidentId, { ...round, ...concluded }, now);
  putIncident(
    session,
    incidentId,
    { ...incident, toldRepeats: report.incident.repeats, told: toldOf(report, news) },
    now,
  );
  if (grant !== null) putGrant(session, grant, now);
  if (earlierGrant !== null) settleGrant(session, earlierGrant, now);
  putProposal(session, proposalIdOf(incidentId), proposal, now);
}

// A report as lists and the digest count it.
function toldOf({ diagnosis, outcome, decision, denial }: Report, news: NewsKind): ToldRecord {
  const { member, email } = denial.principal;
  return {
    cause: diagnosis.cause,
    outcome: outcome.kind,
    news,
    reason: decision.reason,
    caller: member ?? email ?? '',
    project: denial.project,
  };
}

/** Ends a round that came to nothing: the entry that it was about is examined when it comes again. */
export function putNothing(
  session: Session,
  { incidentId, token }: Hold,
  { incident, round }: HeldWork,
  now: number,
): void {
  giveBack(session, round.reservations, now);
  putRound(session, incidentId, { ...round, intent: null, denial: null, reservations: [] }, now);
  const settledRound = settledRoundOf(incident, 'dropped');
  putIncident(session, incidentId, { ...incident, work: null, endedBy: token, settledRound }, now);
}

/**
 * Up to which round nothing is owed to any entry once this one is over. Only a report about a denial settles what an
 * earlier round dropped.
 */
export function settledRoundOf({ round, settledRound, work }: HeldWork['incident'], end: 'told' | 'dropped'): number {
  const isSettling = work.task === 'examine' ? end === 'told' : settledRound >= round - 1;
  return isSettling ? round : settledRound;
}

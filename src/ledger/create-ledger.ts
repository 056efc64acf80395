import { andThen, type Soon } from '../iam/soon.ts';
import { Redeliver } from '../redeliver.ts';
import { shareCalls } from '../share-calls.ts';
import { claimEntry, type TakeUpScope, type Topic, takeUpIncident } from './claim-entry.ts';
import { conclusionKeys, putConclusion, putNothing, settledRoundOf } from './conclude-round.ts';
import { budgetIdOf, reserve } from './count-grants.ts';
import type { DocumentStore, Key } from './document-store.ts';
import { createGrantBook, lastGrantIn, orderOf } from './grant-book.ts';
import { type HeldWork, heldWork, putRound, roundOf } from './hold-work.ts';
import { type IncidentFile, incidentFileOf } from './incident-file.ts';
import { postponeIncident, putIncident } from './incident-record.ts';
import { DAY_MILLISECONDS, entryKeyOf, keyOf, proposalIdOf } from './keys.ts';
import type { Claimed, Hold, Ledger, TakenUp } from './ledger.ts';
import { isLarge } from './new-records.ts';
import { approve, createProposalBook } from './proposal-book.ts';
import type { IncidentRecord, RoundRecord } from './records.ts';
import { createTurns } from './take-turns.ts';
import { type BackOff, MOST_ATTEMPTS, readOnce, readOne, type Session, transact, transactSoon } from './transact.ts';

/** What a ledger works with. */
export interface LedgerPorts {
  readonly store: DocumentStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly backOff: BackOff;
  /** A new text that nobody else has. */
  readonly newToken: () => string;
  /** For how long an incident is held by whoever is not heard of. */
  readonly leaseSeconds: number;
}

/** How many calls about one incident go into one transaction. */
const MOST_TOGETHER = 50;

interface Step {
  /** Steps in one queue go together: those of one incident, or those that count against one limit. */
  readonly queue: string;
  readonly incidentId: string;
  readonly keys: readonly Key[];
  readonly take: (session: Session) => void;
}

/** The ledger over a store. All its rules are here; the store only keeps documents apart. */
export function createLedger(ports: LedgerPorts): Ledger {
  const { store, now, backOff, newToken } = ports;
  const moment = () => ({ now: now(), leaseUntil: now() + ports.leaseSeconds * 1_000 });
  const together = shareCalls<Step, void>({
    keyOf: ({ queue }) => queue,
    most: MOST_TOGETHER,
    enter: null,
    run: (steps) => runSteps(steps, ports),
  });
  const stepRemotely = async <T>(
    incidentId: string,
    keys: readonly Key[],
    change: (session: Session) => T,
    queue: string,
  ): Promise<T> => {
    const answers: T[] = [];
    await together({ queue, incidentId, keys, take: (session) => void answers.push(change(session)) });
    const answer = answers.at(-1);
    if (answer === undefined) throw new Error('a step of the ledger came back without an answer');
    return answer;
  };
  const stepSoon = <T>(
    incidentId: string,
    keys: readonly Key[],
    change: (session: Session) => T,
    queue: string,
  ): Soon<T> =>
    store.distance === 'at-hand'
      ? transactSoon(store, [keyOf('incidents', incidentId), ...keys], change, backOff, MOST_ATTEMPTS)
      : stepRemotely(incidentId, keys, change, queue);
  const step = async <T>(
    incidentId: string,
    keys: readonly Key[],
    change: (session: Session) => T,
    queue: string = incidentId,
  ): Promise<T> => stepSoon(incidentId, keys, change, queue);
  const inHold = <T>(
    hold: Hold,
    keys: readonly Key[],
    change: (session: Session, work: HeldWork) => T,
    queue: string = hold.incidentId,
  ): Promise<T> =>
    step(
      hold.incidentId,
      [...keys, keyOf('rounds', hold.incidentId)],
      (session) => change(session, heldWork(session, hold, moment())),
      queue,
    );
  const edit = (hold: Hold, keys: readonly Key[], change: (round: RoundRecord) => RoundRecord): Promise<true> =>
    inHold(hold, keys, (session, { round }) => {
      putRound(session, hold.incidentId, change(round), now());
      return true;
    });
  // After a lost answer the work may have ended already, by the very same hold.
  const ending = async (hold: Hold, keys: readonly Key[], end: (session: Session, work: HeldWork) => void) => {
    await step(hold.incidentId, [...keys, keyOf('rounds', hold.incidentId)], (session) => {
      const incident = session.get(keyOf('incidents', hold.incidentId));
      if (incident?.work === null && incident.endedBy === hold.token) return true;
      end(session, heldWork(session, hold, moment()));
      return true;
    });
  };
  const takeUp = async (topic: Topic, scope: TakeUpScope): Promise<TakenUp> => {
    const token = newToken();
    const { id } = topic.incident;
    const keys = [keyOf('rounds', id)];
    const answer = await step(id, keys, (session) => takeUpIncident(session, topic, scope, token, moment()));
    if (answer.kind !== 'held') return { kind: 'in-progress' };
    const work = await workOf(answer.incident, { incidentId: id, token }, store);
    return work.kind === 'milestone' ? { ...work, kind: 'new' } : work;
  };
  return {
    claim: (claim) => {
      const token = sameEachTime(newToken);
      const keyed = { ...claim, entryKey: entryKeyOf(claim.entryId) };
      const keys = [keyOf('entries', keyed.entryKey)];
      const { incidentId } = claim;
      return andThen(
        stepSoon(incidentId, keys, (session) => claimEntry(session, keyed, token, moment()), incidentId),
        (answer): Soon<Claimed> => {
          switch (answer.kind) {
            case 'held':
              return workOf(answer.incident, { incidentId, token: token() }, store);
            case 'repeat':
              return { kind: 'repeat', incident: answer.facts };
            default:
              return answer;
          }
        },
      );
    },
    takeUp: (topic) => takeUp(topic, 'follow-ups'),
    takeUpLeft: (topic) => takeUp(topic, 'whatever-is-left'),
    postpone: (incidentId, until) =>
      step(incidentId, [], (session) => {
        const incident = session.get(keyOf('incidents', incidentId));
        if (
          incident !== null &&
          incident.work !== null &&
          (incident.work.state === 'released' || incident.work.leaseUntil <= now())
        )
          postponeIncident(session, incidentId, incident, until, now());
      }).then(() => {}),
    intend: (hold, intent, denial, budgets) =>
      inHold(
        hold,
        budgets.map((budget) => keyOf('budgets', budgetIdOf(budget))),
        (session, { round }) => {
          const counted = reserve(session, budgets, round.reservations, now());
          if (counted.kind === 'over') return counted.text;
          const kept = isLarge(denial) ? null : denial;
          const { reservations } = counted;
          putRound(session, hold.incidentId, { ...round, intent, denial: kept, reservations }, now());
          return null;
        },
        budgets[0]?.key ?? hold.incidentId,
      ),
    markWriting: async (hold) =>
      void (await edit(hold, [], (round) => ({ ...round, progress: 'write-sent', sentAt: now() }))),
    conclude: async (hold, conclusion) => {
      // Only the holder counts for a round, so what it has counted is known before the transaction that gives it back.
      const round = conclusion.grant === null ? await readOne(store, keyOf('rounds', hold.incidentId)) : null;
      await inHold(hold, conclusionKeys(hold, conclusion, round?.reservations ?? []), (session, work) => {
        putConclusion(session, hold, work, conclusion, now());
        return true;
      });
    },
    markDelivered: async (hold, channel, thread) =>
      void (await inHold(hold, [], (session, { incident, round }) => {
        const delivered = [...new Set([...round.delivered, channel])];
        putRound(session, hold.incidentId, { ...round, delivered }, now());
        const threads = thread === null ? incident.threads : { ...incident.threads, [channel]: thread };
        putIncident(session, hold.incidentId, { ...incident, threads }, now());
        return true;
      })),
    finish: (hold) =>
      ending(hold, [], (session, { incident, round }) => {
        const quiet = round.quietMilliseconds;
        const quietUntil = quiet === null ? incident.quietUntil : now() + quiet;
        const ended = { work: null, quietUntil, endedBy: hold.token, settledRound: settledRoundOf(incident, 'told') };
        putIncident(session, hold.incidentId, { ...incident, ...ended }, now());
      }),
    drop: async (hold) => {
      const round = await readOne(store, keyOf('rounds', hold.incidentId));
      const keys = (round?.reservations ?? []).map(({ budgetId }) => keyOf('budgets', budgetId));
      await ending(hold, keys, (session, work) => putNothing(session, hold, work, now()));
    },
    release: async (hold) =>
      void (await inHold(hold, [], (session, { incident }) => {
        const work = { ...incident.work, state: 'released' } as const;
        putIncident(session, hold.incidentId, { ...incident, work }, now());
        return true;
      })),
    ...createTurns(ports),
    lastGrant: (project, role, member, at) => lastGrantIn(store, project, role, member, at),
    grants: createGrantBook(ports),
    proposals: {
      ...createProposalBook(ports),
      approve: async (hold, hash, by) => {
        const id = proposalIdOf(hold.incidentId);
        const answer = await inHold(hold, [keyOf('proposals', id)], (session) => ({
          objection: approve(session, id, hash, by, now()),
        }));
        return answer.objection;
      },
    },
    incidentFile: (id) => readIncidentFile(store, id, now()),
    incident: async (id) => (await readOne(store, keyOf('incidents', id)))?.facts ?? null,
    behind: async (id) => new Set((await readOne(store, keyOf('incidents', id)))?.behind ?? []),
    incidents: (listing) => readOnce(() => store.list({ collection: 'incidents', ...orderOf(listing) })),
    lastDigestAt: async () => (await readOne(store, DIGEST))?.postedAt ?? null,
    markDigest: (at) =>
      transact(
        store,
        [DIGEST],
        (session) => session.put(DIGEST, { postedAt: at }, { at, due: null, keepUntil: at + 365 * DAY_MILLISECONDS }),
        backOff,
      ),
  };
}

const DIGEST = keyOf('digests', 'daily');

// A token costs random bytes, and most claims hold nothing.
function sameEachTime(newToken: () => string): () => string {
  let token: string | null = null;
  return () => {
    token ??= newToken();
    return token;
  };
}

// Calls about one incident share its documents, so those of one moment go in one transaction. One that lost its hold
// fails alone. Where one busy incident spoils it for the others, each goes by itself.
function runSteps(steps: readonly Step[], ports: LedgerPorts): Promise<readonly PromiseSettledResult<void>[]> {
  return steps.length === 1 ? transactSteps(steps, MOST_ATTEMPTS, ports) : runTogether(steps, ports);
}

async function runTogether(steps: readonly Step[], ports: LedgerPorts): Promise<readonly PromiseSettledResult<void>[]> {
  try {
    return await transactSteps(steps, ATTEMPTS_TOGETHER, ports);
  } catch (error) {
    if (!(error instanceof Redeliver) || error.reason !== 'ledger-contention') throw error;
  }
  const results: PromiseSettledResult<void>[] = [];
  for (const one of steps) {
    const [result] = await Promise.allSettled([transactSteps([one], MOST_ATTEMPTS, ports)]);
    if (result?.status === 'rejected') results.push({ status: 'rejected', reason: result.reason });
    else results.push(...(result?.value ?? []));
  }
  return results;
}

/** How often one transaction of several steps is tried before each goes by itself. */
const ATTEMPTS_TOGETHER = 3;

function transactSteps(
  steps: readonly Step[],
  attempts: number,
  { store, backOff }: LedgerPorts,
): Promise<readonly PromiseSettledResult<void>[]> {
  const incidents = [...new Set(steps.map(({ incidentId }) => incidentId))];
  const keys = [...incidents.map((id) => keyOf('incidents', id)), ...steps.flatMap((item) => item.keys)];
  const take = (session: Session) => steps.map((item) => settled(() => item.take(session)));
  return transact(store, uniqueKeys(keys), take, backOff, attempts);
}

function settled(run: () => void): PromiseSettledResult<void> {
  try {
    return { status: 'fulfilled', value: run() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}

function uniqueKeys(keys: readonly Key[]): readonly Key[] {
  return [...new Map(keys.map((key) => [`${key.collection} ${key.id}`, key])).values()];
}

async function readIncidentFile(store: DocumentStore, id: string, now: number): Promise<IncidentFile | null> {
  const [incident, stored] = await Promise.all([
    readOne(store, keyOf('incidents', id)),
    readOne(store, keyOf('rounds', id)),
  ]);
  if (incident === null) return null;
  return incidentFileOf(incident, roundOf(stored, stored?.round ?? 0), now);
}

async function workOf(
  { facts: incident, round: number, work, threads }: IncidentRecord,
  hold: Hold,
  store: DocumentStore,
): Promise<Extract<Claimed, { readonly hold: Hold }>> {
  const round = roundOf(await readOne(store, keyOf('rounds', hold.incidentId)), number);
  const { report, news, delivered, intent, progress, sentAt, denial, last } = round;
  const held = { hold, incident, last, threads };
  if (report !== null)
    return { ...held, kind: 'resume-report', posting: { report, news }, delivered: new Set(delivered) };
  if (work?.task === 'tell-repeats' && last !== null) return { ...held, kind: 'milestone', last };
  if (intent === null) return { ...held, kind: 'new' };
  return { ...held, kind: 'resume-intent', intent, progress, sentAt, denial };
}

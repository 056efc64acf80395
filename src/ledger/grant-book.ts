import type { PastGrant } from '../diagnosis/evidence.ts';
import type { Change } from '../remediation/change.ts';
import type { DocumentStore, Key } from './document-store.ts';
import { accessIdOf, DAY_MILLISECONDS, keyOf } from './keys.ts';
import type { GrantBook, GrantNews, Listing } from './ledger.ts';
import type { GrantRecord, GrantState } from './records.ts';
import { type BackOff, readOnce, readOne, type Session, transact } from './transact.ts';

/** A grant that somebody removed is not made again, however long ago it was. */
const KEEP_MILLISECONDS = 5 * 365 * DAY_MILLISECONDS;

/** When a new grant is looked at first: later than any propagation (iam/docs/access-change-propagation). */
const FIRST_CHECK_MILLISECONDS = 20 * 60_000;

/** A grant that is still there so long after it was to be taken back was not taken back. */
export const UNDO_MILLISECONDS = 10 * 60_000;

/** A grant that is over and still on record as in force is looked at as often as this. */
const OVER_MILLISECONDS = 60 * 60_000;

/** The documents of a grant: its own, and that of what its member holds. */
export function grantKeys({ id, change }: Pick<GrantRecord, 'id' | 'change'>): readonly Key[] {
  return [keyOf('grants', id), accessKeyOf(change)];
}

/** Puts a new grant. */
export function putGrant(session: Session, grant: GrantRecord, now: number): void {
  const times = { at: Date.parse(grant.at), keepUntil: now + KEEP_MILLISECONDS };
  session.put(keyOf('grants', grant.id), grant, { ...times, due: firstCheckOf(grant) });
  const { at, change, report } = grant;
  const access = { grantId: grant.id, reportId: report.id, at, expiresAt: change.expiresAt, removedAt: null };
  session.put(accessKeyOf(change), access, { ...times, due: null });
}

// What stands under another name cannot be found; its time is over all the same.
function firstCheckOf({ at, storedAs, change }: GrantRecord): number | null {
  if (storedAs === 'asked') return Date.parse(at) + FIRST_CHECK_MILLISECONDS;
  return change.expiresAt === null ? null : Date.parse(change.expiresAt) + 1_000;
}

/** Records what became of a grant; one that is not known, made again since, or over already, stays what it is. */
export function settleGrant(session: Session, news: GrantNews, now: number): void {
  const { id, change, due } = news;
  const grant = session.get(keyOf('grants', id));
  // What is about an earlier grant of the same access says nothing about this one.
  if (grant === null || grant.at !== news.at || isOver(grant.state)) return;
  const { state, by } = undoneOr(news, grant);
  const isSame = state === grant.state;
  const stateAt = isSame ? grant.stateAt : new Date(now).toISOString();
  const settled = { ...grant, state, stateAt, stateBy: isSame ? grant.stateBy : by, checks: grant.checks + 1 };
  const times = { at: Date.parse(grant.at), due: dueOf(grant, due, now), keepUntil: now + KEEP_MILLISECONDS };
  session.put(keyOf('grants', id), settled, times);
  if (state === 'gone' || state === 'undone') markRemoved(session, id, change, stateAt, now);
}

// What is gone after somebody asked for it to be taken back was taken back. Whoever only looked may have read the grant
// before it was seen that it did not help.
function undoneOr({ state, by }: GrantNews, { undo, state: present }: GrantRecord): Pick<GrantNews, 'state' | 'by'> {
  if (state === 'active') return { state: present, by };
  return state === 'gone' && undo !== null ? { state: 'undone', by: undo.by } : { state, by };
}

// A grant for a time is looked at when that time is over, and one that somebody takes back when that is done or never
// will be, if not before. What is over and could not be removed must not come first again at once.
function dueOf({ change, undo }: GrantRecord, due: number | null, now: number): number | null {
  if (due === null) return null;
  const over = change.expiresAt === null ? due : Date.parse(change.expiresAt) + 1_000;
  const takenBack = undo === null ? due : Date.parse(undo.at) + UNDO_MILLISECONDS;
  return Math.min(due, over > now ? over : now + OVER_MILLISECONDS, takenBack > now ? takenBack : due);
}

function markRemoved(session: Session, id: string, change: Change, removedAt: string, now: number): void {
  const access = session.get(accessKeyOf(change));
  if (access?.grantId !== id) return;
  const times = { at: Date.parse(access.at), due: null, keepUntil: now + KEEP_MILLISECONDS };
  session.put(accessKeyOf(change), { ...access, removedAt }, times);
}

/** The newest grant of a member that should be in force at a time, or that somebody took away; else null. */
export async function lastGrantIn(
  store: DocumentStore,
  project: string,
  role: string,
  member: string,
  at: string,
): Promise<PastGrant | null> {
  const access = await readOne(store, keyOf('access', accessIdOf(project, role, member)));
  if (access === null) return null;
  const { grantId, reportId, expiresAt, removedAt } = access;
  const isEnded = expiresAt !== null && Date.parse(expiresAt) <= Date.parse(at);
  return isEnded && removedAt === null ? null : { at: access.at, expiresAt, grantId, reportId };
}

/** The grants of a store. */
export function createGrantBook(ports: {
  readonly store: DocumentStore;
  readonly now: () => number;
  readonly backOff: BackOff;
}): GrantBook {
  const { store, now, backOff } = ports;
  return {
    find: (id) => readOne(store, keyOf('grants', id)),
    list: (listing) => readOnce(() => store.list({ collection: 'grants', ...orderOf(listing) })),
    askUndo: (id, by) =>
      transact(
        store,
        [keyOf('grants', id)],
        (session) => {
          const grant = session.get(keyOf('grants', id));
          if (grant === null || isOver(grant.state)) return;
          const times = { at: Date.parse(grant.at), due: now(), keepUntil: now() + KEEP_MILLISECONDS };
          session.put(keyOf('grants', id), { ...grant, undo: { by, at: new Date(now()).toISOString() } }, times);
        },
        backOff,
      ),
    forgetUndo: (id, askedAt) =>
      transact(
        store,
        [keyOf('grants', id)],
        (session) => {
          const grant = session.get(keyOf('grants', id));
          if (grant?.undo?.at !== askedAt) return;
          const times = { at: Date.parse(grant.at), due: now(), keepUntil: now() + KEEP_MILLISECONDS };
          session.put(keyOf('grants', id), { ...grant, undo: null }, times);
        },
        backOff,
      ),
    settle: (news) => transact(store, grantKeys(news), (session) => settleGrant(session, news, now()), backOff),
  };
}

/** How a listing asks the store. */
export function orderOf({ by, from, until, limit }: Listing) {
  return by === 'newest'
    ? ({ by: 'at', order: 'newest-first', from, until, limit } as const)
    : ({ by: 'due', order: 'oldest-first', from, until, limit } as const);
}

/** The document of what a member holds by one role in one project. */
export function accessKeyOf({ project, role, member }: Change): Key<'access'> {
  return keyOf('access', accessIdOf(project, role, member));
}

/** True for a grant that is not in force any more, whoever ended it; it stays so. */
export function isOver(state: GrantState): boolean {
  return state === 'ended' || state === 'gone' || state === 'undone';
}

import { isSameMember } from '../iam/principal.ts';
import { DISMISSAL_DAYS } from '../report/dismissal-report.ts';
import { readableTime } from '../report/document/readable-time.ts';
import type { DocumentStore } from './document-store.ts';
import { orderOf } from './grant-book.ts';
import { DAY_MILLISECONDS, keyOf } from './keys.ts';
import type { ProposalBook, ProposalNews } from './ledger.ts';
import type { Dismissal, ProposalRecord } from './records.ts';
import { type BackOff, readOnce, readOne, type Session, transact } from './transact.ts';

const KEEP_MILLISECONDS = 400 * DAY_MILLISECONDS;

/** A proposal that nobody decided is stale after this time: the world has moved on. */
const OPEN_MILLISECONDS = 14 * DAY_MILLISECONDS;

/** Puts the newest proposal of an incident, or closes the one before when there is nothing to propose any more. */
export function putProposal(session: Session, id: string, news: ProposalNews, now: number): void {
  const present = session.get(keyOf('proposals', id));
  switch (news.kind) {
    case 'propose':
      put(session, id, news.proposal, now);
      break;
    case 'nothing-to-propose':
      // Whoever says so holds the incident, so an approval that is recorded came to nothing.
      if (present?.state === 'open' || present?.state === 'approved')
        put(session, id, { ...present, state: 'stale' }, now);
      break;
    case 'settled':
      if (present !== null) put(session, id, { ...present, state: news.state }, now);
      break;
    case 'dismissed':
      if (present !== null) put(session, id, { ...present, state: 'dismissed', dismissal: news.dismissal }, now);
      break;
    case 'unchanged':
      break;
  }
}

/** Takes a proposal for approval, or gives why not. Whoever calls holds the incident, so nobody else does meanwhile. */
export function approve(session: Session, id: string, hash: string, by: string, now: number): string | null {
  const proposal = session.get(keyOf('proposals', id));
  const objection = objectionToShown(proposal, hash);
  if (proposal === null || objection !== null) return objection;
  put(session, id, { ...proposal, state: 'approved', approval: { by, at: new Date(now).toISOString() } }, now);
  return null;
}

/** The proposals of a store, but for what needs a hold. */
export function createProposalBook(ports: {
  readonly store: DocumentStore;
  readonly now: () => number;
  readonly backOff: BackOff;
}): Omit<ProposalBook, 'approve'> {
  const { store, now, backOff } = ports;
  const edit = <T>(id: string, change: (session: Session, proposal: ProposalRecord | null) => T): Promise<T> =>
    transact(
      store,
      [keyOf('proposals', id)],
      (session) => change(session, session.get(keyOf('proposals', id))),
      backOff,
    );
  return {
    find: (id) => readOne(store, keyOf('proposals', id)),
    list: (listing) => readOnce(() => store.list({ collection: 'proposals', ...orderOf(listing) })),
    settle: (id, from, to) =>
      edit(id, (session, proposal) => {
        if (proposal === null || !from.includes(proposal.state)) return proposal?.state === to;
        put(session, id, { ...proposal, state: to }, now());
        return true;
      }),
  };
}

/** Why nothing is done about a proposal that is another than was shown. */
export const CHANGED = 'the proposal has changed since it was shown; look at it again';

/** Why nothing is done about a proposal whose incident somebody else holds. */
export const BUSY = 'its incident is being worked on right now; try again in a few minutes';

/** What became of a proposal that is decided. */
export function settledText({ state, approval, dismissal }: ProposalRecord): string {
  switch (state) {
    case 'applied':
      return approval === null
        ? 'it was granted already'
        : `${approval.by} approved it already at ${readableTime(approval.at)}, and it was granted`;
    case 'failed':
      return 'an approval of it has failed already; the next refused call can be proposed again';
    case 'dismissed':
      return dismissal === null
        ? 'it was dismissed already'
        : `${dismissal.by} dismissed it already at ${readableTime(dismissal.at)}: “${dismissal.reason}”`;
    case 'stale':
      return 'it was closed, after 14 days without a decision or because something else came of it';
    case 'open':
    case 'approved':
      return 'it waits';
  }
}

/**
 * The dismissal that holds for a change which would be proposed now (milliseconds), or null: the same access for as long,
 * not dismissed too long ago.
 */
export function standingDismissal(
  proposal: ProposalRecord | null,
  { change, lastsMilliseconds }: Pick<ProposalRecord, 'change' | 'lastsMilliseconds'>,
  now: number,
): Dismissal | null {
  if (proposal?.state !== 'dismissed' || proposal.dismissal === null) return null;
  const { project, role, member } = proposal.change;
  const isSame =
    change.project === project &&
    change.role === role &&
    isSameMember(change.member, member) &&
    lastsMilliseconds === proposal.lastsMilliseconds;
  const holdsUntil = Date.parse(proposal.dismissal.at) + DISMISSAL_DAYS * DAY_MILLISECONDS;
  return isSame && now < holdsUntil ? proposal.dismissal : null;
}

/** Why nobody can decide a proposal that was shown with this hash, or null. */
export function objectionToShown(proposal: ProposalRecord | null, hash: string): string | null {
  if (proposal === null) return 'there is no such proposal';
  if (proposal.hash !== hash) return CHANGED;
  // Whoever holds the incident knows that no approval is under way: one that is recorded came to nothing.
  return proposal.state === 'open' || proposal.state === 'approved' ? null : settledText(proposal);
}

/** When a proposal that waits is closed, in milliseconds since the epoch. */
export function dueOf({ at }: Pick<ProposalRecord, 'at'>): number {
  return Date.parse(at) + OPEN_MILLISECONDS;
}

function put(session: Session, id: string, proposal: ProposalRecord, now: number): void {
  const at = Date.parse(proposal.at);
  // One that was approved and came to nothing waits as well.
  const due = proposal.state === 'open' || proposal.state === 'approved' ? dueOf(proposal) : null;
  session.put(keyOf('proposals', id), proposal, { at, due, keepUntil: now + KEEP_MILLISECONDS });
}

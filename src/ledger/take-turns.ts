import { digest } from '../iam/digest.ts';
import type { DocumentStore } from './document-store.ts';
import { DAY_MILLISECONDS, keyOf } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { type BackOff, type Session, transact } from './transact.ts';

/** A turn at a policy lasts at most this long; a project's write takes some hundred milliseconds. */
const TURN_MILLISECONDS = 15_000;

/** How often a turn is asked for. After that the write is tried without one: the etag keeps writes apart. */
const TRIES = 30;

/** Turns over all instances. */
export function createTurns(ports: {
  readonly store: DocumentStore;
  readonly now: () => number;
  readonly backOff: BackOff;
  readonly newToken: () => string;
}): Pick<Ledger, 'takeTurn' | 'tryTurn'> {
  const { backOff } = ports;
  const tryTurn = async (what: string, milliseconds: number) => attempt(what, milliseconds, ports);
  return {
    tryTurn,
    takeTurn: async (project) => {
      for (let tries = 0; tries < TRIES; tries += 1) {
        if (tries > 0) await backOff(3);
        const leave = await tryTurn(`policy of ${project}`, TURN_MILLISECONDS);
        if (leave !== null) return leave;
      }
      return async () => {};
    },
  };
}

async function attempt(
  what: string,
  milliseconds: number,
  { store, now, backOff, newToken }: Parameters<typeof createTurns>[0],
): Promise<(() => Promise<void>) | null> {
  const key = keyOf('turns', `t-${digest([what])}`);
  const token = newToken();
  const put = (session: Session, until: number) =>
    session.put(key, { token, until }, { at: now(), due: null, keepUntil: now() + DAY_MILLISECONDS });
  const isTaken = await transact(
    store,
    [key],
    (session) => {
      const turn = session.get(key);
      if (turn !== null && turn.token !== token && turn.until > now()) return false;
      put(session, now() + milliseconds);
      return true;
    },
    backOff,
  );
  if (!isTaken) return null;
  const end = (session: Session) => (session.get(key)?.token === token ? put(session, 0) : undefined);
  // A turn that could not be given back ends by itself.
  return () => transact(store, [key], end, backOff).catch(() => {});
}

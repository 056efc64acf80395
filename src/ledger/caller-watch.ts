import type { Denial } from '../denial/denial.ts';
import { digest } from '../iam/digest.ts';
import type { Soon } from '../iam/soon.ts';
import { millisecondsOf } from '../iam/timestamp.ts';
import type { DocumentStore, Key } from './document-store.ts';
import {
  isSameMoment,
  type Judgement,
  judgeCaller,
  namesToAsk,
  type SuspicionLimits,
  watchName,
  withSighting,
} from './judge-caller.ts';
import { DAY_MILLISECONDS, keyOf } from './keys.ts';
import { type BackOff, readOne, transact } from './transact.ts';

/** Remembers refusals by caller, for a short time. */
export interface CallerWatch {
  observe(denial: Denial, incidentId: string): Soon<void>;
  judge(denial: Denial, incidentId: string): Promise<Judgement>;
}

/** So many incidents this process knows without asking the store. */
const MOST_LATELY = 1_000;

/** No window is longer than a day, and nothing older is asked about. */
const KEEP_MILLISECONDS = 2 * DAY_MILLISECONDS;

/** A watch that keeps what it sees in a store, so that all instances see the same. */
export function createCallerWatch(
  ports: { readonly store: DocumentStore; readonly now: () => number; readonly backOff: BackOff },
  limits: SuspicionLimits,
): CallerWatch {
  const { store, now, backOff } = ports;
  const lately = new Map<string, number>();
  const isKnown = (denial: Denial, incidentId: string) => {
    const last = lately.get(incidentId);
    return last !== undefined && isSameMoment(last, millisecondsOf(denial.at));
  };
  const seenBy = async (name: string | null) =>
    name === null ? [] : ((await readOne(store, callerKeyOf(name)))?.sightings ?? []);
  const keepSighting = async (key: Key<'callers'>, denial: Denial, incidentId: string) => {
    await transact(
      store,
      [key],
      (session) => {
        const seen = session.get(key)?.sightings ?? [];
        const sightings = withSighting(seen, denial, incidentId);
        if (sightings === seen) return;
        session.put(key, { sightings }, { at: now(), due: null, keepUntil: now() + KEEP_MILLISECONDS });
      },
      backOff,
    );
    if (lately.size >= MOST_LATELY) lately.clear();
    lately.set(incidentId, millisecondsOf(denial.at));
  };
  return {
    observe: (denial, incidentId) => {
      const name = isKnown(denial, incidentId) ? null : watchName(denial);
      return name === null ? undefined : keepSighting(callerKeyOf(name), denial, incidentId);
    },
    judge: async (denial, incidentId) => {
      const names = namesToAsk(denial);
      const seen = { caller: await seenBy(names.caller), unnamed: await seenBy(names.project) };
      return judgeCaller({ at: millisecondsOf(denial.at), incidentId }, seen, limits);
    },
  };
}

function callerKeyOf(name: string): Key<'callers'> {
  return keyOf('callers', `c-${digest([name])}`);
}

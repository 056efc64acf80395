import { setTimeout as sleep } from 'node:timers/promises';
import type { PolicyReader, ProjectFinder } from './diagnosis/evidence.ts';

/** How often it is looked whether more changes came: too short for anybody to notice. */
const STEP_MILLISECONDS = 20;

/** Requests come one after the other, so that a calm look or two may be chance. */
const CALM_LOOKS = 3;

/** A look that comes later than this shows a process so busy that requests may be waiting for it. */
const PUNCTUAL_MILLISECONDS = 30;

/** In a burst that does not end, nobody waits for longer than this. */
const MOST_MILLISECONDS = 1_000;

/** Holds a policy write back for a moment, so that the changes of one burst share it. */
export interface Gathering {
  /** The same look-ups, which tell that more changes may be on their way. */
  watchPolicies(reader: PolicyReader): PolicyReader;
  watchProjects(finder: ProjectFinder): ProjectFinder;
  /** Waits until no change has come for a moment and none is on its way; `waiting` counts those that came. */
  gather(waiting: () => number): Promise<void>;
}

/** Opens a gathering for one process: whoever looks something up now may want to write a policy soon. */
export function openGathering(): Gathering {
  let lookingUp = 0;
  const watched = async <T>(lookUp: Promise<T>): Promise<T> => {
    lookingUp += 1;
    try {
      return await lookUp;
    } finally {
      lookingUp -= 1;
    }
  };
  return {
    watchPolicies: (reader) => ({ readPolicy: (resource, look) => watched(reader.readPolicy(resource, look)) }),
    watchProjects: (finder) => ({ findProject: (project) => watched(finder.findProject(project)) }),
    gather: async (waiting) => {
      let [seen, calmLooks] = [0, 0];
      for (let waited = 0; waited < MOST_MILLISECONDS && calmLooks < CALM_LOOKS; waited += STEP_MILLISECONDS) {
        const began = performance.now();
        await sleep(STEP_MILLISECONDS);
        const isPunctual = performance.now() - began < PUNCTUAL_MILLISECONDS;
        const isCalm = isPunctual && waiting() === seen && lookingUp === 0;
        calmLooks = isCalm ? calmLooks + 1 : 0;
        seen = waiting();
      }
    },
  };
}

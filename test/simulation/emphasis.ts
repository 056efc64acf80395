import { versionOf } from './allowlist-version.ts';
import { drawPeople } from './draw-people.ts';
import { drawChanges } from './draw-versions.ts';
import type { Mishaps, Plan } from './plan.ts';
import type { Random } from './random.ts';

/** What happens more often than it does in a plain run, for what only shows when several things come together. */
export const EMPHASES = ['none', 'people', 'dismissals', 'late-writes', 'pauses', 'endings'] as const;

export type Emphasis = (typeof EMPHASES)[number];

/** How many times as many people approve and take back. */
const MORE_PEOPLE = 6;

/** A plan in which something happens more often. */
export function emphasize(plan: Plan, emphasis: Emphasis, random: Random): Plan {
  const changes = () => drawChanges(random, random.pick(plan.messages).at, plan.first);
  switch (emphasis) {
    case 'none':
      return plan;
    case 'people': {
      const draws = Array.from({ length: MORE_PEOPLE }, () => drawPeople(random));
      return {
        ...plan,
        mishaps: MISHAPS.people,
        changes: [...plan.changes, ...changes()],
        approvals: draws.flatMap(({ approvals }) => approvals),
        undos: draws.flatMap(({ undos }) => undos),
      };
    }
    case 'dismissals': {
      const draws = Array.from({ length: MORE_PEOPLE }, () => drawPeople(random).approvals).flat();
      const approvals = draws.map((planned) => ({
        ...planned,
        answer: random.chance(0.5) ? ('first-says-no' as const) : planned.answer,
      }));
      return { ...plan, mishaps: MISHAPS.dismissals, changes: [...plan.changes, ...changes()], approvals };
    }
    case 'late-writes':
      return { ...plan, mishaps: MISHAPS['late-writes'], changes: [...plan.changes, ...changes(), ...changes()] };
    case 'endings': {
      const first = versionOf({ ...plan.first, mode: 'apply', lastsMinutes: 15, grantsPerHour: null });
      const undos = Array.from({ length: MORE_PEOPLE }, () => drawPeople(random).undos).flat();
      return { ...plan, first, mishaps: MISHAPS.endings, changes: [], undos };
    }
    case 'pauses':
      return { ...plan, mishaps: MISHAPS.pauses };
  }
}

const MISHAPS: Readonly<Record<Exclude<Emphasis, 'none'>, Mishaps>> = {
  people: { fails: 0.02, killed: 0.02, stalls: 0, lands: 0 },
  dismissals: { fails: 0.03, killed: 0.02, stalls: 0.003, lands: 0.1 },
  'late-writes': { fails: 0.05, killed: 0.03, stalls: 0, lands: 0.7 },
  endings: { fails: 0.02, killed: 0.003, stalls: 0, lands: 0 },
  pauses: { fails: 0, killed: 0, stalls: 0.03, lands: 0 },
};

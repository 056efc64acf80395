import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCaseBook, type RefusedCase } from '../../src/backtest/case-book.ts';
import { contextOf } from '../../src/backtest/context.ts';
import { createRecentRefusals } from '../../src/backtest/recent-refusals.ts';
import {
  DEFAULT_SUSPICION_LIMITS,
  judgeCaller,
  namesToAsk,
  sightedNames,
  watchName,
} from '../../src/ledger/judge-caller.ts';
import type { Sighting } from '../../src/ledger/records.ts';
import { asServiceAccount, deniedCall, perimeterBlock } from '../../src/local/demo/demo-entries.ts';
import { denialOf } from '../fixtures/case.ts';

const book = createCaseBook({ kind: 'nobody' }, []);
const callers = ['a', 'b'].map((name) => asServiceAccount(`${name}@acme-ml.iam.gserviceaccount.com`));
const projects = ['acme-ml', 'acme-vision', 'acme-pay', 'acme-one', 'acme-two'];

function refused(entry: object): RefusedCase {
  const found = book.caseOf(denialOf(entry));
  if (found.kind === 'idle') throw new Error('nothing was refused');
  return found;
}

const plain = callers.flatMap((caller) =>
  projects.map((project) => refused(deniedCall({ insertId: 'x', project, caller }))),
);
const perimeters = [...callers, {}].map((caller) => refused(perimeterBlock('x', caller, 'enforced')));
const cases = [...plain, ...perimeters];

const SECOND = 1_000;
const moments = fc
  .constantFrom(600, 2_400, 20_000)
  .chain((seconds) =>
    fc.array(fc.tuple(fc.nat(seconds), fc.nat(cases.length - 1)), { minLength: 1, maxLength: 200, size: 'max' }),
  );

/** What the function's watch holds when it has seen all of this. */
function sightings(seen: readonly (readonly [number, RefusedCase])[], name: string | null): readonly Sighting[] {
  const byIncident = new Map<number, Sighting>();
  for (const [at, { denial, incident }] of seen) {
    if (name === null || watchName(denial) !== name) continue;
    const times = [...(byIncident.get(incident)?.times ?? []), at];
    byIncident.set(incident, { incidentId: book.incidents[incident] ?? '', times, ...sightedNames(denial) });
  }
  return [...byIncident.values()];
}

describe('the refusals around a denial', () => {
  it.each([
    ['all that there is to see', Number.POSITIVE_INFINITY],
    ['what was to be seen within seconds', 5],
  ])('come to the judgement that the function makes of the same: %s', (_name, hold) => {
    fc.assert(
      fc.property(moments, (made) => {
        const seen = made
          .toSorted(([one], [other]) => one - other)
          .map(([second, place]) => [second * SECOND, cases[place]] as const)
          .flatMap(([at, found]) => (found === undefined ? [] : [[at, found] as const]));
        const watch = createRecentRefusals(book.incidents, DEFAULT_SUSPICION_LIMITS);
        let observed = 0;
        for (const [at, found] of seen) {
          for (; observed < seen.length && (seen[observed]?.[0] ?? 0) <= at + 600 * SECOND; observed += 1)
            watch.observe(...(seen[observed] ?? [0, found]));
          const until = at + hold * SECOND;
          const visible = seen.filter(([time]) => time <= until && Math.abs(time - at) <= 600 * SECOND);
          const names = namesToAsk(found.denial);
          const wanted = judgeCaller(
            { at, incidentId: book.incidents[found.incident] ?? '' },
            { caller: sightings(visible, names.caller), unnamed: sightings(visible, names.project) },
            DEFAULT_SUSPICION_LIMITS,
          );
          expect(contextOf(watch.judge(at, found, until))).toBe(contextOf(wanted));
        }
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 300) },
    );
  });
});

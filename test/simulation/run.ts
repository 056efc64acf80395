import { parseArgs } from 'node:util';
import { EMPHASES } from './emphasis.ts';
import { runOnce } from './run-once.ts';

const USAGE =
  'usage: npm run simulate -- [--runs N] [--seed S] [--emphasis people|dismissals|late-writes|pauses|endings]';

/** Runs simulations from a seed on, prints what they come to, and fails when one found something. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { runs: { type: 'string' }, seed: { type: 'string' }, emphasis: { type: 'string' } },
  });
  const emphasis = EMPHASES.find((one) => one === (values.emphasis ?? 'none'));
  const [runs, first] = [Number(values.runs ?? 200), Number(values.seed ?? Date.now() % 1_000_000)];
  if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(first) || emphasis === undefined) {
    console.error(USAGE);
    return 2;
  }
  console.log(`${runs} runs from seed ${first}; run one again with: npm run simulate -- --runs 1 --seed SEED`);
  const totals = { steps: 0, grants: 0, kills: 0, reports: 0, failed: 0 };
  for (let seed = first; seed < first + runs; seed += 1) {
    const result = await runOnce(seed, 'nothing', emphasis);
    totals.steps += result.steps;
    totals.grants += result.grants;
    totals.kills += result.kills;
    totals.reports += result.reports;
    if (result.violations.length === 0) continue;
    totals.failed += 1;
    console.log(`seed ${seed}:\n${[...new Set(result.violations)].map((text) => `  - ${text}`).join('\n')}`);
  }
  const { steps, grants, kills, reports, failed } = totals;
  console.log(`${runs} runs, ${steps} effects, ${grants} policy writes, ${kills} processes killed, ${reports} reports`);
  console.log(failed === 0 ? 'no invariant was broken' : `${failed} runs broke an invariant`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();

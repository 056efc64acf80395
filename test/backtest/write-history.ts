import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { syntheticHistory, USUAL_SHAPE } from './synthetic-history.ts';

/** `node test/backtest/write-history.ts --entries 1000000 --seed 1 > history.jsonl`: a made-up history as JSON lines. */
const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { entries: text, seed: text, days: text, projects: text, problems: text } });
const shape = Object.fromEntries(
  Object.entries(USUAL_SHAPE).map(([name, usual]) => [
    name,
    Number(Object.entries(values).find(([key]) => key === name)?.[1] ?? usual),
  ]),
);
let batch = '';
for (const line of syntheticHistory({ ...USUAL_SHAPE, ...shape })) {
  batch += `${line}\n`;
  if (batch.length < 1_000_000) continue;
  if (!process.stdout.write(batch)) await once(process.stdout, 'drain');
  batch = '';
}
process.stdout.write(batch);

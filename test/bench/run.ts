import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildArtefact } from '../../deploy/build/build.ts';
import { LOCAL_ENVIRONMENT } from '../../src/local/function-process.ts';
import { type Bench, isWithin, type Limit, type Measured } from './bench.ts';
import { BENCHES } from './benches.ts';
import { printGrowth } from './growth.ts';
import { profile } from './profile.ts';
import { spreadOf } from './spread.ts';

const USAGE = `usage: npm run bench -- [NAME ...] [--json] [--profile]
  NAME       one of ${BENCHES.map(({ name }) => name).join(', ')}; all of them when none is named
  --json     one object a line: bench, ratio, min, max, limit, ok
  --profile  instead, where the time of a cold start goes, with and without a grant
  --growth   instead, what bursts cost, and what follows for days of up to 100 million denials`;

/** Builds what is deployed, measures it, and prints how it compares. Exit code 1 when a limit is not kept. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean' }, profile: { type: 'boolean' }, growth: { type: 'boolean' } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    console.error(`there is no bench ${unknown.join(', ')}\n${USAGE}`);
    return 2;
  }
  if (values.growth) {
    Object.assign(process.env, LOCAL_ENVIRONMENT);
    await printGrowth();
    return 0;
  }
  await buildArtefact(join(import.meta.dirname, '..', '..', 'dist'));
  if (values.profile) {
    await profile();
    return 0;
  }
  const asked = BENCHES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  if (!values.json) console.log(`${availableParallelism()} cores, Node.js ${process.version}\n\n${HEAD}`);
  const kept: boolean[] = [];
  for (const bench of asked) kept.push(print(bench, await bench.measure(), values.json ?? false));
  return kept.every(Boolean) ? 0 : 1;
}

const HEAD = `${'bench'.padEnd(14)}${'ratio'.padStart(8)}${'min'.padStart(8)}${'max'.padStart(8)}   limit`;

function print({ name, about, limit }: Bench, { rounds, notes, broken }: Measured, asJson: boolean): boolean {
  const { median, min, max } = spreadOf(rounds);
  const ok = isWithin(median, limit) && broken.length === 0;
  if (asJson) {
    console.log(
      JSON.stringify({
        bench: name,
        ratio: rounded(median),
        min: rounded(min),
        max: rounded(max),
        limit: limit.value,
        ok,
      }),
    );
    return ok;
  }
  const figures = [median, min, max].map((figure) => figure.toFixed(2).padStart(8)).join('');
  console.log(`${name.padEnd(14)}${figures}   ${limitText(limit)}: ${ok ? 'kept' : 'NOT KEPT'}`);
  for (const line of [about, ...notes, ...broken]) console.log(`${' '.repeat(14)}${line}`);
  return ok;
}

function limitText({ kind, value }: Limit): string {
  return `${kind === 'at-most' ? 'at most' : 'at least'} ${value}`;
}

function rounded(figure: number): number {
  return Math.round(figure * 1_000) / 1_000;
}

process.exitCode = await main();

import { spawnSync } from 'node:child_process';

const [runs = '200000'] = process.argv.slice(2);
if (!/^[1-9][0-9]{0,8}$/.test(runs)) {
  console.error(`usage: npm run fuzz -- RUNS (a whole number), got ${JSON.stringify(runs)}`);
  process.exit(2);
}
const { status } = spawnSync('vitest', ['run', 'test/fuzz', '--testTimeout=3600000'], {
  stdio: 'inherit',
  env: { ...process.env, FUZZ_RUNS: runs },
});
process.exitCode = status ?? 1;

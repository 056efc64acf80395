import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, createWriteStream, openSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { isRecord } from '../../src/ingest/fields.ts';
import { ownFolder } from '../own-folder.ts';
import type { Measured } from './bench.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ROUNDS = 5;
const ENTRIES = 500_000;
const MANY_ENTRIES = 1_000_000;
const MOST_BYTES = 200e6;
const ALLOWLIST = join(ROOT, 'src', 'local', 'demo', 'allowlist.yaml');
const BACKTEST = [join(ROOT, 'src', 'cli', 'guestlist.ts'), 'backtest', '--allowlist', ALLOWLIST, '--json'];
const PARSE = [join(import.meta.dirname, 'parse-lines.ts')];
const WRITE = join(ROOT, 'test', 'backtest', 'write-history.ts');

/** A history that is decided offline, against `JSON.parse` of the same lines; and the memory of a longer one. */
export async function offlineDecision(): Promise<Measured> {
  const file = join(ownFolder(), 'history.jsonl');
  await writeHistory(file);
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const parse = await run(PARSE, fromFile(file));
    const decide = await run(BACKTEST, fromFile(file));
    rounds.push(decide.cpuMicroseconds / parse.cpuMicroseconds);
  }
  const { mostResidentBytes } = await run(BACKTEST, fromWriter);
  const megabytes = Math.round(mostResidentBytes / 1e6);
  return {
    rounds,
    notes: [`${ENTRIES} entries; ${MANY_ENTRIES} take ${megabytes} MB resident at most`],
    broken: mostResidentBytes > MOST_BYTES ? [`more than ${MOST_BYTES / 1e6} MB`] : [],
  };
}

async function writeHistory(file: string): Promise<void> {
  const writer = spawn(process.execPath, [WRITE, '--entries', String(ENTRIES)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await finished(writer.stdout.pipe(createWriteStream(file)));
}

type Feed = (child: (stdin: number | 'pipe') => ChildProcess) => ChildProcess;

function fromFile(file: string): Feed {
  return (start) => {
    const descriptor = openSync(file, 'r');
    const child = start(descriptor);
    closeSync(descriptor);
    return child;
  };
}

const fromWriter: Feed = (start) => {
  const child = start('pipe');
  const arguments_ = [WRITE, '--entries', String(MANY_ENTRIES)];
  const writer = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdin !== null) writer.stdout.pipe(child.stdin);
  return child;
};

async function run(command: readonly string[], feed: Feed) {
  const preload = `--require=${join(import.meta.dirname, 'report-at-exit.cjs')}`;
  const child = feed((stdin) =>
    spawn(process.execPath, [preload, ...command], { cwd: ROOT, stdio: [stdin, 'ignore', 'inherit', 'pipe'] }),
  );
  let told = '';
  child.stdio[3]?.on('data', (chunk) => {
    told += String(chunk);
  });
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}`);
  const usage: unknown = JSON.parse(told);
  const { cpuMicroseconds, mostResidentBytes } = isRecord(usage) ? usage : {};
  if (typeof cpuMicroseconds !== 'number' || typeof mostResidentBytes !== 'number')
    throw new Error(`${command.join(' ')} did not tell its usage`);
  return { cpuMicroseconds, mostResidentBytes };
}

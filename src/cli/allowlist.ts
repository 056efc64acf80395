import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lintAllowlist } from '../decision/lint-allowlist.ts';
import { createExplainer } from '../explainer.ts';
import { isRecord } from '../ingest/fields.ts';
import { readEntries } from '../ingest/read-entries.ts';
import type { Report } from '../report/report.ts';
import type { CommandIo } from './io.ts';
import { parseJson, readAllowlist, readText, readWorld, UsageError, withUsageErrors } from './read-files.ts';

const USAGE = 'usage: guestlist allowlist check FILE [--strict] | guestlist allowlist test DIR';
const FAILED = 1;

/** `guestlist allowlist check` and `test`, for the repository that an allowlist lives in. Gives the exit code. */
export async function allowlistCommand(args: readonly string[], io: CommandIo): Promise<number> {
  return withUsageErrors(io, async () => {
    const { command, path, isStrict } = readArguments(args);
    return command === 'check' ? check(path, isStrict, io) : test(path, io);
  });
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parse(args);
  const [command, path, ...more] = positionals;
  if ((command !== 'check' && command !== 'test') || path === undefined || more.length > 0) throw new UsageError(USAGE);
  return { command, path, isStrict: values.strict ?? false };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { strict: { type: 'boolean' } } });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : 'wrong usage'}\n${USAGE}`);
  }
}

async function check(path: string, isStrict: boolean, io: CommandIo): Promise<number> {
  const allowlist = await readAllowlist(path);
  const warnings = lintAllowlist(allowlist);
  for (const { ruleId, code, message } of warnings) io.out(`${path}: rule ${ruleId} [${code}] ${message}\n`);
  const { mode, rules } = allowlist;
  io.out(
    `${path}: mode ${mode}, ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}, no faults, ${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}\n`,
  );
  return isStrict && warnings.length > 0 ? FAILED : 0;
}

async function test(folder: string, io: CommandIo): Promise<number> {
  const allowlist = await readAllowlist(join(folder, 'allowlist.yaml'));
  const cases = await casesIn(folder);
  if (cases.length === 0)
    throw new UsageError(
      `${folder}: expected folders with entry.json and expect.json beside allowlist.yaml, found none`,
    );
  let failures = 0;
  for (const name of cases) {
    const explainer = createExplainer({
      allowlist: async () => allowlist,
      identity: { kind: 'nobody' },
      evidence: await readWorld(await worldOf(folder, name), io),
      now: Date.now,
    });
    const problem = await compare(join(folder, name), explainer.explain);
    failures += problem === null ? 0 : 1;
    io.out(`${problem === null ? 'ok    ' : 'FAILED'} ${name}${problem === null ? '' : `: ${problem}`}\n`);
  }
  io.out(`${cases.length - failures} passed, ${failures} failed\n`);
  return failures === 0 ? 0 : FAILED;
}

async function casesIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder, { withFileTypes: true });
  return files
    .filter((file) => file.isDirectory())
    .map((file) => file.name)
    .toSorted();
}

// A case may have a world of its own; else it shares the one beside the allowlist.
async function worldOf(folder: string, name: string): Promise<string> {
  const own = await readdir(join(folder, name));
  return own.includes('world.json') ? join(folder, name, 'world.json') : join(folder, 'world.json');
}

async function compare(folder: string, explain: ReturnType<typeof createExplainer>['explain']): Promise<string | null> {
  const expected = readExpectation(
    join(folder, 'expect.json'),
    parseJson(folder, await readText(join(folder, 'expect.json'))),
  );
  const [input, ...more] = readEntries(await readText(join(folder, 'entry.json')));
  if (input === undefined || more.length > 0) return 'entry.json has to hold one entry';
  const result = input.kind === 'entry' ? await explain(input.entry) : input;
  return result.kind === 'report'
    ? differenceTo(expected, result.report)
    : `entry.json could not be read: ${result.reason}`;
}

interface Expectation {
  readonly decision: string;
  readonly rule: string | null;
}

function readExpectation(path: string, value: unknown): Expectation {
  const fields = isRecord(value) ? value : {};
  const { decision, rule = null } = fields;
  const unknown = Object.keys(fields).find((key) => key !== 'decision' && key !== 'rule');
  if (typeof decision !== 'string' || (rule !== null && typeof rule !== 'string') || unknown !== undefined) {
    throw new UsageError(
      `${path}: expected {"decision": "apply|propose|advise|ignore", "rule": "ID"}, the rule is optional`,
    );
  }
  return { decision, rule };
}

function differenceTo({ decision, rule }: Expectation, report: Report): string | null {
  const { kind, rules, reason } = report.decision;
  if (kind !== decision) return `expected ${decision}, got ${kind} (${reason})`;
  const isMatched = rule === null || rules.some((result) => result.id === rule && result.result === 'matched');
  return isMatched ? null : `expected rule ${rule} to match, it did not (${reason})`;
}

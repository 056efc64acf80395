import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import { readDenial } from '../denial/read-denial.ts';
import { examineInstallation } from '../doctor/examine-installation.ts';
import { type CheckResult, type Installation, ok, wrong } from '../doctor/installation.ts';
import { testDenial } from '../doctor/test-denial.ts';
import { publishEntry } from '../google/installation-reader.ts';
import { readEntryValue } from '../ingest/read-entry.ts';
import { incidentIdOf } from '../ledger/incident-id.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { shortLine } from '../report/quote-shell.ts';
import { type CommandIo, EXIT_FAILED } from './io.ts';
import { type Desk, withLedger } from './ledger-command.ts';
import { type InstallationNames, lookAtInstallation, parseTopic } from './look-at-installation.ts';
import { UsageError } from './read-files.ts';

const USAGE = `usage: guestlist doctor [--sink SINK] [--subscription SUBSCRIPTION] [--send-test] [--json]
  SINK: organizations/NUMBER/sinks/NAME or folders/NUMBER/sinks/NAME; SUBSCRIPTION: projects/ID/subscriptions/NAME`;

/** What the deployment calls its sink and its subscription unless told otherwise. */
const NAME = 'guestlist-denials';

/** How long a test denial may take from the topic to its report. */
const TEST_WAIT_SECONDS = 120;

/** `guestlist doctor`: looks at an installation end to end. Read-only but for `--send-test`. Exit 1 when something is wrong. */
export function doctor(args: readonly string[], io: CommandIo): Promise<number> {
  return withLedger(io, 'looks', async (desk) => {
    const options = await readOptions(args, desk);
    const installation = await lookAtInstallation(options, desk.config, desk.pipeline);
    const print = options.isJson ? printJson : printLine;
    const results = [...examineInstallation(installation)];
    for (const result of results) print(result, io);
    if (options.isTest) {
      const tested = await sendTest(installation, desk.pipeline);
      print(tested, io);
      results.push(tested);
    }
    const faults = results.filter(({ state }) => state === 'wrong').length;
    if (!options.isJson) io.err(`${faults === 0 ? 'nothing is wrong' : `${faults} wrong`}\n`);
    return faults === 0 ? 0 : EXIT_FAILED;
  });
}

interface Options extends InstallationNames {
  readonly isTest: boolean;
  readonly isJson: boolean;
}

async function readOptions(args: readonly string[], { pipeline, config }: Desk): Promise<Options> {
  const values = parse(args);
  const { organization } = await pipeline.allowlist();
  const sink = values.sink ?? `organizations/${organization}/sinks/${NAME}`;
  const subscription = values.subscription ?? `projects/${config.firestore?.project}/subscriptions/${NAME}`;
  const [, project, name] = /^projects\/([^/]+)\/subscriptions\/([^/]+)$/.exec(subscription) ?? [];
  if (!/^(?:organizations|folders|projects)\/[^/]+\/sinks\/[^/]+$/.test(sink))
    throw new UsageError(
      `--sink: expected a name such as organizations/123456789012/sinks/${NAME}, got ${sink}\n${USAGE}`,
    );
  if (project === undefined || name === undefined)
    throw new UsageError(`--subscription: expected a name such as projects/P/subscriptions/${NAME}\n${USAGE}`);
  const names = { sink, subscription: { project, subscription: name } };
  return { ...names, isTest: values['send-test'] ?? false, isJson: values.json ?? false };
}

function parse(args: readonly string[]) {
  const [text, flag] = [{ type: 'string' } as const, { type: 'boolean' } as const];
  try {
    const options = { sink: text, subscription: text, 'send-test': flag, json: flag };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : 'wrong usage'}\n${USAGE}`);
  }
}

async function sendTest({ sink }: Installation, { ledger, now }: Pipeline): Promise<CheckResult> {
  const name = 'test';
  const topic = sink.kind === 'known' ? parseTopic(sink.value.destination) : null;
  if (topic === null) return wrong(name, 'no test was sent: the topic is not known', 'Mend the sink first.');
  const entry = testDenial(topic.project, randomBytes(6).toString('hex'), new Date(now()).toISOString());
  const incidentId = incidentOf(entry);
  await publishEntry(topic, JSON.stringify(entry));
  const start = now();
  while (now() - start < TEST_WAIT_SECONDS * 1_000) {
    if (await isReported(incidentId, ledger, start - 60_000))
      return ok(
        name,
        `a test denial was reported after ${Math.ceil((now() - start) / 1_000)} s (incident ${incidentId})`,
      );
    await sleep(1_000);
  }
  return wrong(
    name,
    `a test denial was not reported within ${TEST_WAIT_SECONDS} s (incident ${incidentId})`,
    'Look at the log of the function, and at the dead-letter and quarantine topics.',
  );
}

async function isReported(id: string, ledger: Pipeline['ledger'], from: number): Promise<boolean> {
  const newest = await ledger.incidents({ by: 'newest', from, until: Number.MAX_SAFE_INTEGER, limit: 200 });
  return newest.some(({ facts, told, work }) => facts.id === id && told !== null && work === null);
}

function incidentOf(entry: Readonly<Record<string, unknown>>): string {
  const read = readEntryValue(entry);
  const denial = read.kind === 'entry' ? readDenial(read.entry, '1970-01-01T00:00:00Z') : read;
  if (denial.kind !== 'denial') throw new Error('the test denial cannot be read');
  return incidentIdOf(denial.denial);
}

const MARKS: Readonly<
  Record<CheckResult['state'], { readonly mark: string; readonly color: 'green' | 'red' | 'yellow' | 'dim' }>
> = {
  ok: { mark: 'ok     ', color: 'green' },
  wrong: { mark: 'WRONG  ', color: 'red' },
  'not-readable': { mark: 'unknown', color: 'yellow' },
  note: { mark: 'note   ', color: 'dim' },
};

function printJson(result: CheckResult, io: CommandIo): void {
  io.out(`${JSON.stringify(result)}\n`);
}

function printLine(result: CheckResult, io: CommandIo): void {
  const { mark, color } = MARKS[result.state];
  const shown = io.isTerminal ? styleText(color, mark, { validateStream: false }) : mark;
  io.out(`${shown}  ${result.name.padEnd(12)}  ${shortLine(result.text, 600)}\n`);
  if (result.fix !== null) io.out(`${' '.repeat(23)}-> ${shortLine(result.fix, 600)}\n`);
}

import { parseArgs } from 'node:util';
import { NO_ALLOWLIST } from '../decision/allowlist.ts';
import { createExplainer, type ExplainWorld } from '../explainer.ts';
import { isWholeEmail } from '../iam/email.ts';
import { millisecondsOf, parseTimestamp } from '../iam/timestamp.ts';
import { readEntries } from '../ingest/read-entries.ts';
import { shortLine } from '../report/quote-shell.ts';
import type { Report } from '../report/report.ts';
import { FORMATS, type Format, formatOf, printed, printedPage } from './formats.ts';
import { type CommandIo, EXIT_UNREADABLE } from './io.ts';
import { offlineEvidence, readAllowlist, readText, readWorld, UsageError, withUsageErrors } from './read-files.ts';

const USAGE = `usage: guestlist explain [FILE…] [--allowlist FILE] [--world FILE] [--identity EMAIL] [--now TIME] [--format FORMAT | --json]
formats: ${FORMATS.join(', ')}
`;

/** `guestlist explain`: one report an entry, in the order of the input. Never writes to Google. Gives the exit code. */
export async function explain(args: readonly string[], io: CommandIo): Promise<number> {
  return withUsageErrors(io, async () => {
    const options = await readOptions(args, io);
    const inputs = await readInputs(options.files, io);
    return printReports(inputs, options, io);
  });
}

interface Options extends ExplainWorld {
  readonly files: readonly string[];
  readonly format: Format;
}

interface Input {
  readonly name: string;
  readonly text: string;
}

async function printReports(inputs: readonly Input[], options: Options, io: CommandIo): Promise<number> {
  const explainer = createExplainer(options);
  const entries = inputs.flatMap(({ name, text }) => readEntries(text).map((input) => ({ name, input })));
  for (const { input } of entries) if (input.kind === 'entry') await explainer.observe(input.entry);
  const paged: Report[] = [];
  let unreadable = 0;
  for (const { name, input } of entries) {
    const result = input.kind === 'entry' ? await explainer.explain(input.entry) : input;
    if (result.kind === 'unreadable') {
      unreadable += 1;
      io.err(`${name}:${input.line}: could not be read: ${shortLine(result.reason, 1_000)}\n`);
    } else if (options.format === 'html') paged.push(result.report);
    else io.out(printed(result.report, options.format));
  }
  if (options.format === 'html') io.out(printedPage(paged));
  io.err(`${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}, ${unreadable} could not be read\n`);
  return unreadable === 0 ? 0 : EXIT_UNREADABLE;
}

async function readOptions(args: readonly string[], io: CommandIo): Promise<Options> {
  const { values, positionals } = parse(args);
  const email = values.identity ?? null;
  if (email !== null && !isWholeEmail(email))
    throw new UsageError(`--identity: expected an e-mail address, got ${JSON.stringify(email)}\n${USAGE}`);
  const time = values.now === undefined ? new Date().toISOString() : parseTimestamp(values.now);
  if (time === null)
    throw new UsageError(`--now: expected an RFC 3339 time, got ${JSON.stringify(values.now)}\n${USAGE}`);
  return {
    files: positionals,
    format: readFormat(values.format ?? null, values.json ?? false),
    allowlist: always(values.allowlist === undefined ? NO_ALLOWLIST : await readAllowlist(values.allowlist)),
    evidence:
      values.world === undefined ? offlineEvidence('offline: no world was given') : await readWorld(values.world, io),
    identity: email === null ? { kind: 'nobody' } : { kind: 'account', email, others: [] },
    now: () => millisecondsOf(time),
  };
}

// `--json` is the older way to say `--format json`.
function readFormat(name: string | null, isJson: boolean): Format {
  const format = formatOf(name ?? (isJson ? 'json' : 'text'));
  if (format === null)
    throw new UsageError(`--format: expected ${FORMATS.join(', ')}, got ${JSON.stringify(name)}\n${USAGE}`);
  if (isJson && format !== 'json')
    throw new UsageError(`--json: expected no other format beside it, got --format ${format}\n${USAGE}`);
  return format;
}

function always<T>(value: T): () => Promise<T> {
  return async () => value;
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { allowlist: text, world: text, identity: text, now: text, format: text, json: { type: 'boolean' } },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : 'wrong usage'}\n${USAGE}`);
  }
}

async function readInputs(files: readonly string[], io: CommandIo): Promise<readonly Input[]> {
  const names = files.length === 0 ? ['-'] : files;
  return Promise.all(
    names.map(async (name) =>
      name === '-' ? { name: '(standard input)', text: await io.stdin() } : { name, text: await readText(name) },
    ),
  );
}

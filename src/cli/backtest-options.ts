import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { EvidenceKind } from '../backtest/result.ts';
import type { Allowlist } from '../decision/allowlist.ts';
import type { EvidencePorts } from '../diagnosis/evidence.ts';
import { isWholeEmail } from '../iam/email.ts';
import type { Identity } from '../iam/identity.ts';
import type { CommandIo } from './io.ts';
import { offlineEvidence, readAllowlist, readWorld, UsageError } from './read-files.ts';

const USAGE = `usage: guestlist backtest --allowlist FILE [FILE…]
       guestlist backtest --compare OLD NEW [--allow-more] [FILE…]
  instead of files    --organization NUMBER --since 30d [--resume FILE]
  what is looked up   [--world FILE | --live] [--identity EMAIL]
  what is printed     [--json] [--html FILE]`;

/** What to test on what, and how to tell it. */
export interface BacktestOptions {
  readonly task: BacktestTask;
  readonly source: HistorySource;
  readonly evidence: { readonly kind: EvidenceKind; readonly ports: EvidencePorts };
  readonly identity: Identity;
  readonly isJson: boolean;
}

/** An allowlist with the name of its file. */
export interface NamedAllowlist {
  readonly name: string;
  readonly allowlist: Allowlist;
}

/** One allowlist on trial, or what a new one changes. */
export type BacktestTask =
  | { readonly kind: 'trial'; readonly tested: NamedAllowlist; readonly html: string | null }
  | {
      readonly kind: 'comparison';
      readonly old: NamedAllowlist;
      readonly new: NamedAllowlist;
      readonly more: 'refused' | 'allowed';
    };

/** Where the history comes from. */
export type HistorySource =
  /** `-` is standard input. */
  | { readonly kind: 'files'; readonly names: readonly string[] }
  | {
      readonly kind: 'organization';
      readonly organization: string;
      readonly since: string;
      readonly sinceMilliseconds: number;
      /** The file that keeps what was read, so that another run can go on; null for none. */
      readonly resume: string | null;
    };

/** Looks things up in the organization itself. */
export type OpenLiveEvidence = () => EvidencePorts;

/** Reads the command line. Throws a `UsageError` that says what is wrong with it, or with a file that it names. */
export async function readBacktestOptions(
  args: readonly string[],
  io: CommandIo,
  openLive: OpenLiveEvidence,
): Promise<BacktestOptions> {
  const { values, positionals } = parse(args);
  const isComparison = values.compare !== undefined;
  const [young, ...rest] = positionals;
  const files = isComparison ? rest : positionals;
  return {
    task: await readTask(values, isComparison ? young : undefined),
    source: readSource(values, files),
    evidence: await readEvidence(values, io, openLive),
    identity: readIdentity(values.identity),
    isJson: values.json ?? false,
  };
}

type Values = ReturnType<typeof parse>['values'];

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        allowlist: text,
        compare: text,
        'allow-more': flag,
        organization: text,
        since: text,
        resume: text,
        world: text,
        live: flag,
        identity: text,
        json: flag,
        html: text,
      },
    });
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : 'wrong usage');
  }
}

async function readTask(values: Values, young: string | undefined): Promise<BacktestTask> {
  if (values.compare !== undefined) return readComparison(values.compare, young, values);
  if (values.allowlist === undefined) throw wrong('expected --allowlist FILE, or --compare OLD NEW');
  if (values['allow-more'] === true) throw wrong('--allow-more goes with --compare');
  if (values.html !== undefined) await checkFolder(values.html);
  return { kind: 'trial', tested: await readNamed(values.allowlist), html: values.html ?? null };
}

// A page is written at the end, and the end may be far away.
async function checkFolder(page: string): Promise<void> {
  await access(dirname(page), constants.W_OK).catch((error: unknown) => {
    throw wrong(`--html ${page}: cannot be written: ${error instanceof Error ? error.message : 'unknown error'}`);
  });
}

async function readComparison(old: string, young: string | undefined, values: Values): Promise<BacktestTask> {
  if (young === undefined) throw wrong('--compare: expected two allowlists, OLD NEW, got one');
  if (values.allowlist !== undefined) throw wrong('expected --allowlist or --compare, got both');
  if (values.html !== undefined) throw wrong('--html goes with --allowlist; a comparison is told as text or --json');
  const more = values['allow-more'] === true ? 'allowed' : 'refused';
  return { kind: 'comparison', old: await readNamed(old), new: await readNamed(young), more };
}

async function readNamed(name: string): Promise<NamedAllowlist> {
  return { name, allowlist: await readAllowlist(name) };
}

function readSource({ organization, since, resume }: Values, files: readonly string[]): HistorySource {
  if (organization === undefined) {
    if (since !== undefined || resume !== undefined) throw wrong('--since and --resume go with --organization');
    return { kind: 'files', names: files.length === 0 ? ['-'] : files };
  }
  if (files.length > 0) throw wrong('expected files or --organization, got both');
  if (!/^[0-9]{5,20}$/.test(organization))
    throw wrong(`--organization: expected its number, got ${JSON.stringify(organization)}`);
  const sinceMilliseconds = parseSince(since ?? '');
  if (since === undefined || sinceMilliseconds === null)
    throw wrong(`--since: expected how far back, from 1h to 400d, such as 30d, got ${JSON.stringify(since ?? '')}`);
  return { kind: 'organization', organization, since, sinceMilliseconds, resume: resume ?? null };
}

const HOUR_MILLISECONDS = 3_600_000;

function parseSince(text: string): number | null {
  const [, number = '', unit] = /^([1-9][0-9]{0,3})([hd])$/.exec(text) ?? [];
  const milliseconds = Number(number) * (unit === 'd' ? 24 : 1) * HOUR_MILLISECONDS;
  return unit === undefined || milliseconds > 400 * 24 * HOUR_MILLISECONDS ? null : milliseconds;
}

async function readEvidence(
  { world, live }: Values,
  io: CommandIo,
  openLive: OpenLiveEvidence,
): Promise<BacktestOptions['evidence']> {
  if (world !== undefined && live === true) throw wrong('expected --world or --live, got both');
  if (world !== undefined) return { kind: 'world', ports: await readWorld(world, io) };
  return live === true
    ? { kind: 'live', ports: openLive() }
    : { kind: 'offline', ports: offlineEvidence('offline: nothing was looked up') };
}

function readIdentity(email: string | undefined): Identity {
  if (email === undefined) return { kind: 'nobody' };
  if (isWholeEmail(email)) return { kind: 'account', email, others: [] };
  throw wrong(`--identity: expected an e-mail address, got ${JSON.stringify(email)}`);
}

function wrong(message: string): UsageError {
  return new UsageError(`${message}\n${USAGE}`);
}

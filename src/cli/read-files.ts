import { readFile } from 'node:fs/promises';
import { formatIssue } from '../allowlist-source.ts';
import type { Allowlist } from '../decision/allowlist.ts';
import { parseAllowlist } from '../decision/parse-allowlist.ts';
import { type EvidencePorts, NO_GRANTS, NOT_ASKED, notReadable } from '../diagnosis/evidence.ts';
import { shortLine } from '../report/quote-shell.ts';
import { type CommandIo, EXIT_USAGE } from './io.ts';

/** Wrong usage, or a file that is wrong: what is wrong, one line each. */
export class UsageError extends Error {}

/** Runs a command and turns a `UsageError` into its message on standard error and the exit code for it. */
export async function withUsageErrors(io: CommandIo, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    for (const line of error.message.split('\n')) io.err(`${shortLine(line, 1_000)}\n`);
    return EXIT_USAGE;
  }
}

/** Reads an allowlist, or tells every fault of it. */
export async function readAllowlist(path: string): Promise<Allowlist> {
  const reading = parseAllowlist(await readText(path));
  if (reading.kind === 'allowlist') return reading.allowlist;
  throw new UsageError(reading.issues.map((issue) => formatIssue(path, issue)).join('\n'));
}

/** Reads a world as evidence; what it holds beyond is told on standard error. */
export async function readWorld(path: string, io: CommandIo): Promise<EvidencePorts> {
  const { parseWorld } = await import('../local/world.ts');
  const { worldEvidence } = await import('../local/world-evidence.ts');
  const reading = parseWorld(parseJson(path, await readText(path)));
  if (reading.kind === 'world') {
    for (const { place, message } of reading.warnings)
      io.err(`${path}: ${place}: warning: ${shortLine(message, 200)}\n`);
    return worldEvidence(reading.world);
  }
  throw new UsageError(
    reading.issues.map((issue) => `${path}: ${issue.place} [${issue.code}] ${issue.message}`).join('\n'),
  );
}

/** Parses a file's text as JSON. */
export function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path}: not JSON: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
}

/** Reads a file as text. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path}: could not be read: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}

/** Ports that can read nothing, and say why. */
export function offlineEvidence(why: string): EvidencePorts {
  return {
    projects: { findProject: async () => notReadable(why) },
    policies: { readPolicy: async () => notReadable(why) },
    roles: { readRole: async () => notReadable(why) },
    troubleshooter: NOT_ASKED,
    grants: NO_GRANTS,
  };
}

import { readFileSync } from 'node:fs';
import type { Allowlist, Mode } from './decision/allowlist.ts';
import type { AllowlistIssue } from './decision/allowlist-issue.ts';
import { parseAllowlist } from './decision/parse-allowlist.ts';

/** Reads and parses an allowlist file; throws an error that lists every fault with its place. */
export function readAllowlistFile(path: string): Allowlist {
  const reading = parseAllowlist(readFileSync(path, 'utf8'));
  if (reading.kind === 'allowlist') return reading.allowlist;
  throw new Error(
    `${path} is no usable allowlist:\n${reading.issues.map((issue) => `  - ${formatIssue(path, issue)}`).join('\n')}`,
  );
}

/** One fault on one line: file, line and column, place in the document, code and what to do. */
export function formatIssue(path: string, issue: AllowlistIssue): string {
  const place = issue.place === '' ? '' : ` ${issue.place}`;
  return `${path}:${issue.line}:${issue.column}${place} [${issue.code}] ${issue.message}`;
}

/**
 * The mode that the file says at this moment, which is asked for before each write. A file that cannot be read or
 * parsed any more grants nothing.
 */
export function currentMode(path: string): Mode {
  try {
    return readAllowlistFile(path).mode;
  } catch {
    return 'propose';
  }
}

import { readFileSync } from 'node:fs';
import type { Allowlist } from './decision/allowlist.ts';
import type { AllowlistIssue } from './decision/allowlist-issue.ts';
import { parseAllowlist } from './decision/parse-allowlist.ts';
import type { EventLog } from './event-log.ts';
import type { Standing } from './remediation/apply-changes.ts';

function parseText(path: string, text: string): Allowlist {
  const reading = parseAllowlist(text);
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

/** An allowlist that is read again while the function runs. */
export interface AllowlistSource {
  /** The rules as the file has them now. A version that cannot be used leaves the last good one, at `propose`. */
  current(): Allowlist;
  /** What the file says at this very moment, for the look before each write. */
  standing(): Standing;
}

/** Opens an allowlist file. Throws, with every fault, when its first version cannot be used. */
export function openAllowlist(path: string, events: EventLog): AllowlistSource {
  let text = readFileSync(path, 'utf8');
  let allowlist = parseText(path, text);
  const refresh = (): Allowlist => {
    const now = readText(path);
    if (now === text) return allowlist;
    text = now ?? '';
    try {
      allowlist = parseText(path, text);
      events.write({ event: 'allowlist-changed', version: allowlist.version, mode: allowlist.mode });
    } catch (error) {
      allowlist = { ...allowlist, mode: allowlist.mode === 'off' ? 'off' : 'propose', version: 'unusable' };
      events.write({ event: 'allowlist-unusable', detail: error instanceof Error ? error.message : 'unreadable' });
    }
    return allowlist;
  };
  return {
    current: refresh,
    standing: () => {
      const { mode, version } = refresh();
      return { mode, version };
    },
  };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

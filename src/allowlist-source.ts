import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Allowlist, UNUSABLE_VERSION } from './decision/allowlist.ts';
import type { AllowlistIssue } from './decision/allowlist-issue.ts';
import { parseAllowlist } from './decision/parse-allowlist.ts';
import type { EventLog } from './event-log.ts';
import type { Standing } from './remediation/apply-changes.ts';

/** Reads the allowlist's text as it is now; null where there is none that may be read. Throws `Redeliver` for outages. */
export type ReadAllowlistText = () => Promise<string | null>;

/** An allowlist that is read again while the function runs. */
export interface AllowlistSource {
  /** The rules as they are now. A version that cannot be used leaves the last good one, at `propose`. */
  current(): Promise<Allowlist>;
  /** What the allowlist says at this very moment, for the look before each write. */
  standing(): Promise<Standing>;
}

/** Opens an allowlist by a name for messages. Throws, with every fault, when its first version cannot be used. */
export async function openAllowlist(name: string, read: ReadAllowlistText, events: EventLog): Promise<AllowlistSource> {
  let text = await read();
  let allowlist = parseText(name, text);
  let asked = 0;
  let answered = 0;
  const refresh = async (): Promise<Allowlist> => {
    asked += 1;
    const mine = asked;
    const next = await read();
    // An answer that was overtaken by a later one is old.
    if (mine < answered || next === text) return allowlist;
    answered = mine;
    text = next;
    try {
      allowlist = parseText(name, text);
      events.write({ event: 'allowlist-changed', version: allowlist.version, mode: allowlist.mode });
    } catch (error) {
      allowlist = { ...allowlist, mode: allowlist.mode === 'off' ? 'off' : 'propose', version: UNUSABLE_VERSION };
      events.write({ event: 'allowlist-unusable', detail: error instanceof Error ? error.message : 'unreadable' });
    }
    return allowlist;
  };
  return {
    current: refresh,
    standing: async () => {
      const { mode, version } = await refresh();
      return { mode, version };
    },
  };
}

/** Throws, with every fault, when a file holds no usable allowlist. */
export function checkAllowlistFile(path: string): void {
  parseText(path, readFileSync(path, 'utf8'));
}

/** Reads a file, such as a mounted secret. */
export function fileReader(path: string): ReadAllowlistText {
  return () => readFile(path, 'utf8').catch(() => null);
}

/** One fault on one line: file, line and column, place in the document, code and what to do. */
export function formatIssue(path: string, issue: AllowlistIssue): string {
  const place = issue.place === '' ? '' : ` ${issue.place}`;
  return `${path}:${issue.line}:${issue.column}${place} [${issue.code}] ${issue.message}`;
}

// The check at start and the first reading are of the same text.
let lastGood: { readonly text: string; readonly allowlist: Allowlist } | null = null;

function parseText(name: string, text: string | null): Allowlist {
  if (text === null) throw new Error(`${name} could not be read: it is not there, or may not be read`);
  if (lastGood?.text === text) return lastGood.allowlist;
  const reading = parseAllowlist(text);
  if (reading.kind === 'allowlist') {
    lastGood = { text, allowlist: reading.allowlist };
    return reading.allowlist;
  }
  throw new Error(
    `${name} is no usable allowlist:\n${reading.issues.map((issue) => `  - ${formatIssue(name, issue)}`).join('\n')}`,
  );
}

import { domainOf, isWholeEmail } from '../iam/email.ts';
import { describe } from '../ingest/fields.ts';
import { didYouMean, type Note, type Path, readTexts } from './allowlist-issue.ts';
import { readDuration } from './parse-duration.ts';

/** Channels that an allowlist can name. Cloud Logging gets every report and need not be named. */
export const CHANNEL_NAMES = ['cloud-logging', 'pubsub', 'slack', 'chat', 'teams', 'webhook'] as const;

/** What a file and a rule can say about reports and people. */
export interface Reporting {
  readonly quietMilliseconds: number | null;
  readonly channels: readonly string[] | null;
  readonly approvers: readonly string[];
}

/** Reads `quiet`, `channels` and `approvers`, of the file or of a rule. */
export function parseReporting(record: Readonly<Record<string, unknown>>, path: Path, note: Note): Reporting {
  const { quiet, channels, approvers } = record;
  return {
    quietMilliseconds: quiet === undefined ? null : readDuration(quiet, '1m', '30d', [...path, 'quiet'], note),
    channels: channels === undefined ? null : readChannels(channels, [...path, 'channels'], note),
    approvers: approvers === undefined ? [] : readApprovers(approvers, [...path, 'approvers'], note),
  };
}

function readChannels(value: unknown, path: Path, note: Note): readonly string[] {
  const names: readonly string[] = CHANNEL_NAMES;
  return readTexts(value, path, note).map((name, index) => {
    if (!names.includes(name)) {
      const expected = `expected one of ${names.join(', ')}, got ${describe(name)}`;
      note([...path, index], 'bad-value', `${expected}${didYouMean(name, names)}`);
    }
    return name;
  });
}

// Approvers are people, one by one: who is in a group cannot be seen, and a pattern could name the caller.
function readApprovers(value: unknown, path: Path, note: Note): readonly string[] {
  return readTexts(value, path, note).map((text, index) => {
    const email = text.startsWith('user:') ? text.slice('user:'.length) : '';
    if (!isWholeEmail(email) || domainOf(email).endsWith('gserviceaccount.com'))
      note([...path, index], 'bad-value', `expected a person such as user:ada@example.com, got ${describe(text)}`);
    return email.toLowerCase();
  });
}

import { appendFileSync, existsSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { isRecord } from '../../ingest/fields.ts';
import { UsageError } from '../read-files.ts';

/** How far reading an organization's history got: what was asked, and what is left to read. */
export interface HistoryPosition {
  readonly organization: string;
  readonly since: string;
  readonly filter: string;
  /** The span of time, RFC 3339; the last is left out. */
  readonly from: string;
  readonly until: string;
  /** Resources that are left to read, in the groups in which they are asked for. */
  readonly groups: readonly (readonly string[])[];
  /** How many groups there were. */
  readonly allGroups: number;
  /** The time up to which the first group was read, or null for not at all. */
  readonly reachedAt: string | null;
  /** Resources that may not be read. */
  readonly refused: readonly string[];
}

/** A history that is kept in a file, entry by entry, beside how far it got. Another run goes on where one ended. */
export interface SavedHistory {
  /** Null where nothing was read so far. */
  readonly position: HistoryPosition | null;
  /** Adds entries, then says how far that is: in this order, so that a crash repeats some and loses none. */
  add(entries: readonly object[], position: HistoryPosition): void;
}

const SCHEMA = 'guestlist.history-position/v1';

/**
 * Opens a history in a file of JSON lines that `guestlist backtest` can read by itself. Only its owner may read it: it
 * holds audit entries.
 */
export function openSavedHistory(path: string): SavedHistory {
  const positionPath = `${path}.position.json`;
  const saved = existsSync(positionPath) ? readPosition(positionPath) : null;
  if (saved === null && existsSync(path))
    throw new UsageError(`${path}: is there already, without ${positionPath} that says how far it got`);
  let bytes = saved?.bytes ?? 0;
  if (saved !== null && sizeOf(path) < bytes)
    throw new UsageError(
      `${path}: expected the ${bytes} bytes that ${positionPath} tells of, and it ${existsSync(path) ? 'is shorter' : 'is not there'}; bring it back, or remove ${positionPath} to start anew`,
    );
  // What a run that was cut off wrote beyond its last word is read again.
  if (saved !== null) truncateSync(path, bytes);
  return {
    position: saved?.position ?? null,
    add: (entries, position) => {
      const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
      appendFileSync(path, text, { mode: 0o600 });
      bytes += Buffer.byteLength(text);
      writeFileSync(`${positionPath}.new`, `${JSON.stringify({ schema: SCHEMA, bytes, position }, null, 2)}\n`, {
        mode: 0o600,
      });
      renameSync(`${positionPath}.new`, positionPath);
    },
  };
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

function readPosition(path: string): { readonly bytes: number; readonly position: HistoryPosition } {
  const value: unknown = parsed(path);
  if (isRecord(value) && value.schema === SCHEMA && typeof value.bytes === 'number' && isPosition(value.position))
    return { bytes: value.bytes, position: value.position };
  throw new UsageError(`${path}: expected what a run with --resume wrote (${SCHEMA}); remove it to start anew`);
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function isPosition(value: unknown): value is HistoryPosition {
  if (!isRecord(value)) return false;
  const { organization, since, filter, from, until, groups, allGroups, reachedAt, refused } = value;
  const areTexts = [organization, since, filter, from, until].every((text) => typeof text === 'string');
  const isReached = reachedAt === null || typeof reachedAt === 'string';
  return (
    areTexts &&
    isReached &&
    typeof allGroups === 'number' &&
    isTexts(refused) &&
    Array.isArray(groups) &&
    groups.every(isTexts)
  );
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

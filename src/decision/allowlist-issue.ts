import { closestMatch } from 'leven';
import { describe } from '../ingest/fields.ts';

/** One thing wrong in an allowlist: where, which kind of fault, and what to do. */
export interface AllowlistIssue {
  /** `rules[0].effect`, or empty for the whole file. */
  readonly place: string;
  readonly line: number;
  readonly column: number;
  readonly code: IssueCode;
  readonly message: string;
}

/** The kinds of fault an allowlist can have. */
export type IssueCode =
  | 'not-yaml'
  | 'unknown-key'
  | 'missing'
  | 'wrong-type'
  | 'bad-value'
  | 'empty-list'
  | 'bad-pattern'
  | 'bad-condition'
  | 'duplicate-id'
  | 'role-not-allowed';

/** A path into the file: keys and list positions. */
export type Path = readonly (string | number)[];

/** Notes a fault at a path; parsing goes on so that all faults are found at once. */
export type Note = (path: Path, code: IssueCode, message: string) => void;

/** Refuses keys that are not known, with the nearest known one. */
export function checkKeys(
  record: Readonly<Record<string, unknown>>,
  path: Path,
  known: readonly string[],
  note: Note,
): void {
  for (const key of Object.keys(record)) {
    if (known.includes(key)) continue;
    note([...path, key], 'unknown-key', `unknown key "${key}"${didYouMean(key, known)}`);
  }
}

/** ` (did you mean "x"?)`, or nothing when no candidate is near. */
export function didYouMean(text: string, candidates: readonly string[]): string {
  const nearest = closestMatch(text, [...candidates], { maxDistance: 3 });
  return nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
}

/** One of a few words, or null with a fault noted. */
export function readWord<W extends string>(value: unknown, path: Path, words: readonly W[], note: Note): W | null {
  const word = words.find((candidate) => candidate === value);
  if (word !== undefined) return word;
  const hint = typeof value === 'string' ? didYouMean(value, words) : '';
  note(path, 'bad-value', `expected one of ${words.join(', ')}, got ${describe(value)}${hint}`);
  return null;
}

/** A list of texts that is not empty, or an empty list with a fault noted. */
export function readTexts(value: unknown, path: Path, note: Note): readonly string[] {
  if (!Array.isArray(value)) {
    note(path, 'wrong-type', `expected a list, got ${describe(value)}`);
    return [];
  }
  if (value.length === 0) note(path, 'empty-list', 'the list is empty; name at least one, or remove the key');
  return value.flatMap((item: unknown, index) => {
    if (typeof item === 'string' && item !== '') return [item];
    note([...path, index], 'wrong-type', `expected a text, got ${describe(item)}`);
    return [];
  });
}

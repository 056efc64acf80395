import { hash } from 'node:crypto';
import { createRecentAnswers } from '../iam/recent-answers.ts';
import type { PassingField, PassingFields } from './passing-fields.ts';

/** What the text of an entry says whose call was refused before. */
export interface Recurrence<T> {
  /** What the text came to when it was read in full. */
  readonly value: T;
  readonly timestamp: string;
  readonly insertId: string;
}

/**
 * Knows the texts of entries again that are the same to the letter but for their passing fields: the same call, refused
 * again. Reading such a text in full would come to the same, so it need not be parsed. Bounded, whatever is sent.
 */
export interface RecurringText<T> {
  find(text: string): Recurrence<T> | null;
  /** Keeps what a text came to that was read in full, with its passing fields as they were read. */
  learn(text: string, fields: PassingFields, value: T): void;
}

/** About 150 bytes each, in each of two generations. */
const MOST_TEXTS = 32_768;
const LONGEST_TEXT = 16_384;
const MOST_LAYOUTS = 6;

/** What stands before a passing field in JSON without spaces, as exports are written. */
const MARKS: Readonly<Record<PassingField, string>> = {
  insertId: '"insertId":"',
  timestamp: '"timestamp":"',
  receiveTimestamp: '"receiveTimestamp":"',
  time: '"time":"',
  callerIp: '"callerIp":"',
  errorId: ';errorId=',
  errorInfoId: '"error_info_id":"',
};

/** Which passing fields texts of one kind have, in their order. */
type Layout = readonly PassingField[];

/** A value that JSON spells as it is, so that the next quote is its end. */
const PLAIN = /^[ !#-[\]-~]*$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** Knows nothing yet. */
export function createRecurringText<T>(): RecurringText<T> {
  let layouts: readonly Layout[] = [];
  const known = createRecentAnswers<T>(MOST_TEXTS);
  const keepLayout = (layout: Layout): Layout | null => {
    const same = layouts.find((other) => other.join() === layout.join());
    if (same !== undefined || layouts.length >= MOST_LAYOUTS) return same ?? null;
    // A text that has all fields of one layout has those of a shorter one too: the longest counts.
    layouts = [...layouts, layout].sort((one, other) => other.length - one.length);
    return layout;
  };
  return {
    find: (text) => {
      if (text.length > LONGEST_TEXT) return null;
      for (const layout of layouts) {
        const cuts = cutsOf(text, layout);
        const value = cuts === null ? undefined : known.get(keyOf(text, cuts, layout));
        if (cuts !== null && value !== undefined) return recurrence(text, cuts, layout, value);
      }
      return null;
    },
    learn: (text, fields, value) => {
      const found = text.length > LONGEST_TEXT ? null : layoutOf(text, fields);
      const layout = found === null ? null : keepLayout(found);
      const cuts = layout === null ? null : cutsOf(text, layout);
      if (layout !== null && cuts !== null) known.set(keyOf(text, cuts, layout), value);
    },
  };
}

function recurrence<T>(text: string, cuts: readonly number[], layout: Layout, value: T): Recurrence<T> | null {
  const cutValue = (field: PassingField) => {
    const place = 2 * layout.indexOf(field);
    return text.slice(cuts[place], cuts[place + 1]);
  };
  const found = { value, timestamp: cutValue('timestamp'), insertId: cutValue('insertId') };
  return found.insertId !== '' && TIME.test(found.timestamp) ? found : null;
}

// Where the passing values start and end. Each mark is the first of its kind after the value before it, so texts with
// the same parts have their values in the same places.
function cutsOf(text: string, layout: Layout): readonly number[] | null {
  const cuts: number[] = [];
  let from = 0;
  for (const field of layout) {
    const mark = MARKS[field];
    const at = text.indexOf(mark, from);
    const start = at + mark.length;
    const end = at < 0 ? -1 : text.indexOf('"', start);
    if (end < 0 || !PLAIN.test(text.slice(start, end))) return null;
    cuts.push(start, end);
    from = end;
  }
  return cuts;
}

// SHA-256 of the text without its passing values: the senders of entries cannot find two texts with the same. The marks
// stay in, so it also says where the values were.
function keyOf(text: string, cuts: readonly number[], layout: Layout): string {
  let rest = layout.join();
  let from = 0;
  for (let index = 0; index < cuts.length; index += 2) {
    rest += text.slice(from, cuts[index]);
    from = cuts[index + 1] ?? from;
  }
  return hash('sha256', rest + text.slice(from), 'binary');
}

// Only a text in which every mark stands once, before the very value that was read, can be told from its look.
function layoutOf(text: string, fields: PassingFields): Layout | null {
  const places: { readonly field: PassingField; readonly at: number }[] = [];
  for (const [field, value] of fields) {
    const mark = MARKS[field];
    const at = text.indexOf(mark);
    if (at < 0 || at !== text.lastIndexOf(mark) || !text.startsWith(`${value}"`, at + mark.length)) return null;
    places.push({ field, at });
  }
  const layout = places.sort((one, other) => one.at - other.at).map(({ field }) => field);
  return layout.includes('timestamp') && layout.includes('insertId') ? layout : null;
}

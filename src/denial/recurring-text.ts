import { createRecentAnswers } from '../iam/recent-answers.ts';
import { parseTimestamp, type Timestamp } from '../iam/timestamp.ts';
import { type PassingField, type PassingFields, SPELLINGS } from './passing-fields.ts';

/** What the text of an entry says whose call was refused before. */
export interface Recurrence<T> {
  /** What the first such text came to when it was read in full. */
  readonly value: T;
  /** The time of this entry, and its id, which is not empty. */
  readonly at: Timestamp;
  readonly insertId: string;
  /** What this text has in a passing field; null for one that the first such text had not. */
  passing(field: PassingField): string | null;
}

/**
 * Knows the texts of entries again that are the same to the letter but for their passing fields: the same call, refused
 * again. Reading such a text in full would come to the same but for these, so it need not be parsed. Bounded, whatever is
 * sent.
 */
export interface RecurringText<T> {
  find(text: string): Recurrence<T> | null;
  /** Keeps what a text came to that was read in full as JSON, with its passing fields as they were read. */
  learn(text: string, fields: PassingFields, value: T): void;
}

const LONGEST_TEXT = 16_384;
const MOST_LAYOUTS = 6;
const MOST_LATELY = 8;

/** Which passing fields texts of one kind have, in their order. */
type Layout = readonly PassingField[];

/** A value that JSON spells as it is, so that the next quote is its end. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A letter, `_`, `;` or `=` as an escape: with none of these in a text, it spells what names a field in one way only. */
const OTHER_SPELLING = /\\u00(?:3[bd]|[46][1-9a-f]|[57][0-9a]|5f)/i;

/**
 * Knows nothing yet; keeps what was needed lately of so many texts, and of at most twice as many. `nameOf` gives what
 * stands for the constant parts of a text: the parts themselves, or what no sender can find for two different ones.
 */
export function createRecurringText<T>(mostTexts: number, nameOf: (parts: string) => string): RecurringText<T> {
  let layouts: readonly Layout[] = [];
  const known = createRecentAnswers<T>(mostTexts);
  const keepLayout = (layout: Layout): Layout | null => {
    const same = layouts.find((other) => other.join() === layout.join());
    if (same !== undefined || layouts.length >= MOST_LAYOUTS) return same ?? null;
    // A text that has all fields of one layout has those of a shorter one too: the longest counts.
    layouts = [...layouts, layout].sort((one, other) => other.length - one.length);
    return layout;
  };
  // Most texts are like one of the last few, and two texts are compared faster than one is hashed.
  let lately: readonly { readonly parts: string; readonly value: T }[] = [];
  const answerTo = (parts: string): T | undefined => {
    for (const one of lately) if (one.parts === parts) return one.value;
    const value = known.get(nameOf(parts));
    if (value !== undefined) lately = [{ parts, value }, ...lately.slice(0, MOST_LATELY - 1)];
    return value;
  };
  return {
    find: (text) => {
      if (text.length > LONGEST_TEXT) return null;
      for (const layout of layouts) {
        const cuts = cutsOf(text, layout);
        const value = cuts === null ? undefined : answerTo(partsOf(text, cuts, layout));
        if (cuts !== null && value !== undefined) return recurrence(text, cuts, layout, value);
      }
      return null;
    },
    learn: (text, fields, value) => {
      const found = text.length > LONGEST_TEXT ? null : layoutOf(text, fields);
      const layout = found === null ? null : keepLayout(found);
      const cuts = layout === null ? null : cutsOf(text, layout);
      if (layout === null || cuts === null) return;
      const parts = partsOf(text, cuts, layout);
      lately = lately.filter((one) => one.parts !== parts);
      known.set(nameOf(parts), value);
    },
  };
}

function recurrence<T>(text: string, cuts: readonly number[], layout: Layout, value: T): Recurrence<T> | null {
  const passing = (field: PassingField) => {
    const place = 2 * layout.indexOf(field);
    return place < 0 ? null : text.slice(cuts[place], cuts[place + 1]);
  };
  const insertId = passing('insertId');
  const at = parseTimestamp(passing('timestamp') ?? '');
  return insertId === null || insertId === '' || at === null ? null : { value, at, insertId, passing };
}

// Where the passing values start and end. Each stands after the first mark of its kind after the value before it, so
// texts with the same parts have their values in the same places.
function cutsOf(text: string, layout: Layout): readonly number[] | null {
  const cuts: number[] = [];
  let from = 0;
  for (const field of layout) {
    const { before } = SPELLINGS[field];
    const at = text.indexOf(before, from);
    const start = at + before.length;
    const end = at < 0 ? -1 : text.indexOf('"', start);
    if (end < 0 || !PLAIN.test(text.slice(start, end))) return null;
    cuts.push(start, end);
    from = end;
  }
  return cuts;
}

// The text without its passing values. What stands before each value stays in, so this also says where the values were.
function partsOf(text: string, cuts: readonly number[], layout: Layout): string {
  let parts = `${layout.join()}\n`;
  let from = 0;
  for (let index = 0; index < cuts.length; index += 2) {
    parts += text.slice(from, cuts[index]);
    from = cuts[index + 1] ?? from;
  }
  return parts + text.slice(from);
}

// Only a text in which what names a field stands once, before the very value that was read, in one spelling, can be told
// from its look: then no other value in it can be the one that is read, however the passing ones change.
function layoutOf(text: string, fields: PassingFields): Layout | null {
  const places: { readonly field: PassingField; readonly at: number }[] = [];
  for (const [field, value] of fields) {
    const { name, before } = SPELLINGS[field];
    const at = text.indexOf(name);
    if (at < 0 || at !== text.lastIndexOf(name) || !text.startsWith(`${before}${value}"`, at)) return null;
    places.push({ field, at });
  }
  const layout = places.sort((one, other) => one.at - other.at).map(({ field }) => field);
  const isWhole = layout.includes('timestamp') && layout.includes('insertId');
  return isWhole && !OTHER_SPELLING.test(text) ? layout : null;
}

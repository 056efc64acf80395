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

const MOST_TEXTS = 8_192;
const LONGEST_TEXT = 8_192;
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

/** A text without its passing values: what stands before, between and behind them. */
interface Known<T> {
  readonly layout: Layout;
  readonly parts: readonly string[];
  readonly value: T;
}

/** A value that JSON spells as it is, so that the next quote is its end. */
const PLAIN = /^[ !#-[\]-~]*$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** Knows nothing yet. */
export function createRecurringText<T>(): RecurringText<T> {
  let layouts: readonly Layout[] = [];
  let size = 0;
  const buckets = new Map<number, Known<T>[]>();
  const keepLayout = (layout: Layout): Layout | null => {
    const known = layouts.find((other) => other.join() === layout.join());
    if (known !== undefined || layouts.length >= MOST_LAYOUTS) return known ?? null;
    // A text that has all fields of one layout has those of a shorter one too: the longest counts.
    layouts = [...layouts, layout].sort((one, other) => other.length - one.length);
    return layout;
  };
  const keep = (key: number, known: Known<T>) => {
    if (size >= MOST_TEXTS) buckets.clear();
    size = size >= MOST_TEXTS ? 1 : size + 1;
    buckets.set(key, [known, ...(buckets.get(key) ?? [])]);
  };
  return {
    find: (text) => {
      for (const layout of layouts) {
        const cuts = cutsOf(text, layout);
        const known = cuts === null ? undefined : buckets.get(keyOf(text, cuts));
        const same = known?.find((one) => one.layout === layout && cuts !== null && isSame(text, cuts, one.parts));
        if (cuts !== null && same !== undefined) return recurrence(text, cuts, layout, same.value);
      }
      return null;
    },
    learn: (text, fields, value) => {
      const found = text.length > LONGEST_TEXT ? null : layoutOf(text, fields);
      const layout = found === null ? null : keepLayout(found);
      const cuts = layout === null ? null : cutsOf(text, layout);
      if (layout !== null && cuts !== null) keep(keyOf(text, cuts), { layout, parts: partsOf(text, cuts), value });
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

function partsOf(text: string, cuts: readonly number[]): readonly string[] {
  return [0, ...cuts.filter((_, index) => index % 2 === 1)].map((from, index) => text.slice(from, cuts[2 * index]));
}

function isSame(text: string, cuts: readonly number[], parts: readonly string[]): boolean {
  let from = 0;
  for (let index = 0; index < parts.length; index += 1) {
    if (text.slice(from, cuts[2 * index]) !== parts[index]) return false;
    from = cuts[2 * index + 1] ?? text.length;
  }
  return true;
}

const STRIDE = 7;

// A number by which the same text is looked for; the texts found are compared in full. Names stand in an entry several
// times, so few characters tell texts apart.
function keyOf(text: string, cuts: readonly number[]): number {
  let key = cuts.length;
  let from = 0;
  for (let index = 0; index <= cuts.length; index += 2) {
    const to = cuts[index] ?? text.length;
    for (let place = from; place < to; place += STRIDE) key = Math.imul(key ^ text.charCodeAt(place), 0x01000193);
    key = Math.imul(key ^ (to - from), 0x01000193);
    from = cuts[index + 1] ?? to;
  }
  return key;
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

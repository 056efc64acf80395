/** One thing wrong with outside data: where, what was expected and what came. */
export interface FieldIssue {
  readonly place: string;
  readonly message: string;
}

/**
 * A JSON object read field by field. Absent fields read as empty; a field of the wrong type reads as empty too and is
 * noted in `issues`, so that one pass names everything that is wrong. Only own properties count.
 */
export interface Fields {
  text(name: string): string;
  integer(name: string): number | null;
  /** `true`, `false`, or null where the field is absent. */
  flag(name: string): boolean | null;
  object(name: string): Fields;
  /** The objects of a list; an absent list is empty. */
  objects(name: string): readonly Fields[];
  texts(name: string): readonly string[];
  /** An object of strings, as labels and ErrorInfo metadata are; values of other types are left out. */
  textMap(name: string): ReadonlyMap<string, string>;
  has(name: string): boolean;
  isNumber(name: string): boolean;
}

/** True for JSON objects, false for arrays and null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Starts reading a value that should be a JSON object; what is wrong is pushed to `issues`. */
export function readFields(value: unknown, place: string, issues: FieldIssue[]): Fields {
  if (!isRecord(value)) issues.push(mismatch(place, 'an object', value));
  return isRecord(value) ? new RecordFields(value, null, place, NO_INDEX, issues) : NO_FIELDS;
}

/** The text, or null where it is empty, as an absent field reads. */
export function orNull(text: string): string | null {
  return text === '' ? null : text;
}

/** Names a JSON value for a message: its type, and its start where that helps. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 40))}`;
  return value === undefined ? 'nothing' : `the ${typeof value} ${String(value)}`;
}

// Every entry is read through some fifteen of these, so a place is only spelled out for what is wrong.
class RecordFields implements Fields {
  private readonly record: Readonly<Record<string, unknown>>;
  private readonly parent: RecordFields | null;
  private readonly name: string;
  private readonly index: number;
  private readonly issues: FieldIssue[];

  constructor(
    record: Readonly<Record<string, unknown>>,
    parent: RecordFields | null,
    name: string,
    index: number,
    issues: FieldIssue[],
  ) {
    this.record = isPlain(record) ? record : { ...record };
    this.parent = parent;
    this.name = name;
    this.index = index;
    this.issues = issues;
  }

  has(name: string): boolean {
    return this.own(name) !== undefined;
  }

  isNumber(name: string): boolean {
    return typeof this.own(name) === 'number';
  }

  text(name: string): string {
    const value = this.own(name);
    if (typeof value === 'string') return value;
    if (value !== undefined) this.note(name, 'a text', value);
    return '';
  }

  integer(name: string): number | null {
    const value = this.own(name);
    if (typeof value === 'number' && Number.isInteger(value)) return value;
    if (value !== undefined) this.note(name, 'a whole number', value);
    return null;
  }

  flag(name: string): boolean | null {
    const value = this.own(name);
    if (typeof value === 'boolean') return value;
    if (value !== undefined) this.note(name, 'true or false', value);
    return null;
  }

  object(name: string): Fields {
    const value = this.own(name);
    if (isRecord(value)) return new RecordFields(value, this, name, NO_INDEX, this.issues);
    if (value !== undefined) this.note(name, 'an object', value);
    return NO_FIELDS;
  }

  objects(name: string): readonly Fields[] {
    return this.list(name).map((value, index) => {
      if (isRecord(value)) return new RecordFields(value, this, name, index, this.issues);
      this.note(`${name}[${index}]`, 'an object', value);
      return NO_FIELDS;
    });
  }

  texts(name: string): readonly string[] {
    return this.list(name).flatMap((value, index) => {
      if (typeof value === 'string') return [value];
      this.note(`${name}[${index}]`, 'a text', value);
      return [];
    });
  }

  textMap(name: string): ReadonlyMap<string, string> {
    const value = this.own(name);
    const texts = new Map<string, string>();
    if (!isRecord(value)) {
      if (value !== undefined) this.note(name, 'an object', value);
      return texts;
    }
    for (const key of Object.keys(value)) {
      const text = value[key];
      if (typeof text === 'string') texts.set(key, text);
    }
    return texts;
  }

  private list(name: string): readonly unknown[] {
    const value = this.own(name);
    if (Array.isArray(value)) return value;
    if (value !== undefined) this.note(name, 'a list', value);
    return NO_ITEMS;
  }

  private own(name: string): unknown {
    return this.record[name] ?? undefined;
  }

  private place(): string {
    const name = this.index === NO_INDEX ? this.name : `${this.name}[${this.index}]`;
    return this.parent === null ? name : this.parent.at(name);
  }

  private at(name: string): string {
    const place = this.place();
    return place === '' ? name : `${place}.${name}`;
  }

  private note(name: string, expected: string, value: unknown): void {
    this.issues.push(mismatch(this.at(name), expected, value));
  }
}

// A record that inherits from another one could show fields that are not its own.
function isPlain(record: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(record);
  return prototype === Object.prototype || prototype === null;
}

const NO_INDEX = -1;
const NO_ITEMS: readonly unknown[] = [];

// What is absent holds nothing that could be wrong.
const NO_FIELDS: Fields = new RecordFields({}, null, '', NO_INDEX, []);

function mismatch(place: string, expected: string, value: unknown): FieldIssue {
  return { place: place === '' ? 'entry' : place, message: `expected ${expected}, got ${describe(value)}` };
}

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
  if (!isRecord(value)) {
    issues.push(mismatch(place, 'an object', value));
    return fieldsOf({}, place, issues);
  }
  return fieldsOf(value, place, issues);
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

function fieldsOf(record: Readonly<Record<string, unknown>>, place: string, issues: FieldIssue[]): Fields {
  const at = (name: string) => (place === '' ? name : `${place}.${name}`);
  const own = (name: string): unknown => (Object.hasOwn(record, name) ? (record[name] ?? undefined) : undefined);
  const expect = <T>(name: string, expected: string, read: (value: unknown) => T | undefined, absent: T): T => {
    const value = own(name);
    if (value === undefined) return absent;
    const result = read(value);
    if (result !== undefined) return result;
    issues.push(mismatch(at(name), expected, value));
    return absent;
  };
  const list = (name: string): readonly unknown[] =>
    expect<readonly unknown[]>(name, 'a list', (value) => (Array.isArray(value) ? value : undefined), []);
  return {
    has: (name) => own(name) !== undefined,
    isNumber: (name) => typeof own(name) === 'number',
    text: (name) => expect(name, 'a text', (value) => (typeof value === 'string' ? value : undefined), ''),
    integer: (name) => expect<number | null>(name, 'a whole number', readInteger, null),
    flag: (name) =>
      expect<boolean | null>(name, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined), null),
    object: (name) =>
      own(name) === undefined ? fieldsOf({}, at(name), issues) : readFields(own(name), at(name), issues),
    objects: (name) => list(name).map((value, index) => readFields(value, `${at(name)}[${index}]`, issues)),
    texts: (name) => list(name).flatMap((value, index) => readText(value, `${at(name)}[${index}]`, issues)),
    textMap: (name) => textMapOf(own(name), at(name), issues),
  };
}

function readInteger(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

function readText(value: unknown, place: string, issues: FieldIssue[]): readonly string[] {
  if (typeof value === 'string') return [value];
  issues.push(mismatch(place, 'a text', value));
  return [];
}

function textMapOf(value: unknown, place: string, issues: FieldIssue[]): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  if (!isRecord(value)) {
    issues.push(mismatch(place, 'an object', value));
    return new Map();
  }
  return new Map(Object.entries(value).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])));
}

function mismatch(place: string, expected: string, value: unknown): FieldIssue {
  return { place: place === '' ? 'entry' : place, message: `expected ${expected}, got ${describe(value)}` };
}

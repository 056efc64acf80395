import { describe, expect, it } from 'vitest';
import { readFields } from '../../src/ingest/fields.ts';
import { readEntryValue } from '../../src/ingest/read-entry.ts';

function nested(levels: number): unknown {
  let value: unknown = 'end';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { inner: value };
  return { outer: value };
}

describe('an entry', () => {
  it('may be nested 100 levels deep and no deeper, and much deeper does no harm', () => {
    expect(readEntryValue(nested(99)).kind).toBe('entry');
    expect(readEntryValue(nested(100))).toEqual({ kind: 'unreadable', reason: 'nested deeper than 100 levels' });
    expect(readEntryValue(nested(100_000)).kind).toBe('unreadable');
  });
});

describe('fields', () => {
  it('are only those of the record itself, not what it inherits', () => {
    const heir: unknown = Object.assign(Object.create({ status: { code: 7 }, insertId: 'stolen' }), { own: 'text' });
    const fields = readFields(heir, '', []);
    expect([fields.text('own'), fields.text('insertId'), fields.has('status')]).toEqual(['text', '', false]);
  });

  it('name the place of everything that is wrong, once', () => {
    const issues: { readonly place: string; readonly message: string }[] = [];
    const fields = readFields({ a: { b: [{ c: 1 }, 2] }, d: 'x' }, 'entry', issues);
    for (const item of fields.object('a').objects('b')) item.text('c');
    fields.object('d').text('e');
    expect(issues.map(({ place, message }) => `${place}: ${message}`)).toEqual([
      'entry.a.b[1]: expected an object, got the number 2',
      'entry.a.b[0].c: expected a text, got the number 1',
      'entry.d: expected an object, got the text "x"',
    ]);
  });
});

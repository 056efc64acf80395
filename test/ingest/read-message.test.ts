import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../src/ingest/read-message.ts';

const digit = fc.constantFrom(...'ABYZabyz0189+/-_');
const odd = fc.constantFrom('=', ' ', '\n', '.', '\u0000', 'é', '\u0141', '😀', '%');
const data = fc
  .array(fc.oneof({ weight: 12, arbitrary: digit }, { weight: 1, arbitrary: odd }), { minLength: 1, maxLength: 24 })
  .chain((characters) => fc.constantFrom('', '=', '==', '===').map((padding) => characters.join('') + padding));

const reasonOf = (text: string) => {
  const message = readMessage({ message: { data: text, messageId: '1' } });
  return message.kind === 'unreadable' ? message.reason : '';
};

describe('the data of a message', () => {
  it('is taken for base64 only where every character of it is', () => {
    fc.assert(
      fc.property(data, (text) => {
        const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text);
        expect(reasonOf(text) === 'message.data is not base64').toBe(!isBase64);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is read as UTF-8, whatever its length and whatever was read before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), { minLength: 1 }),
        (texts) => {
          for (const text of texts) {
            for (const whole of [text, text.repeat(Math.ceil(70_000 / text.length))]) {
              const sent = Buffer.from(whole).toString('base64');
              expect(readMessage({ message: { data: sent, messageId: '1' } })).toEqual({
                kind: 'message',
                id: '1',
                text: whole.replace(/^\uFEFF/, ''),
              });
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is not read where it holds no UTF-8', () => {
    expect(reasonOf(Buffer.from([0xff, 0xfe]).toString('base64'))).toContain('not UTF-8');
  });
});

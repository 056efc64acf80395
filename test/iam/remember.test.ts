import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remembering } from '../../src/iam/remember.ts';

describe('a reader that remembers', () => {
  it('gives what the reader gives, whatever was asked before', () => {
    const read = (text: string) => (text.length % 3 === 0 ? null : `<${text}>`);
    const remembered = remembering(read);
    fc.assert(fc.property(fc.array(fc.string()), (texts) => texts.every((text) => remembered(text) === read(text))));
  });

  it('reads a text once, also one that it could not make anything of', () => {
    let reads = 0;
    const remembered = remembering(() => {
      reads += 1;
      return null;
    });
    expect([remembered('a'), remembered('a'), reads]).toEqual([null, null, 1]);
  });

  it('keeps few texts and no long ones, whatever is sent', () => {
    let reads = 0;
    const remembered = remembering(() => {
      reads += 1;
      return 'x';
    });
    for (let number = 0; number < 5_000; number += 1) remembered(`text ${number}`);
    remembered('text 0');
    remembered('x'.repeat(501));
    remembered('x'.repeat(501));
    expect(reads).toBe(5_003);
  });
});

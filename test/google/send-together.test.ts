import { describe, expect, it } from 'vitest';
import { sendTogether } from '../../src/google/send-together.ts';

function opened(options: { readonly most?: number; readonly mostBytes?: number; readonly refused?: string } = {}) {
  const calls: (readonly string[])[] = [];
  const send = sendTogether<string>({
    most: options.most ?? 100,
    mostBytes: options.mostBytes ?? 100,
    bytesOf: (text) => text.length,
    send: async (texts) => {
      calls.push(texts);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (texts.includes(options.refused ?? '')) throw new Error(`refused ${options.refused}`);
    },
  });
  return { calls, send };
}

describe('things that are sent together', () => {
  it('are those that came while a call was under way', async () => {
    const { calls, send } = opened();
    const first = send('a');
    await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all([first, ...['b', 'c', 'd'].map(send)]);
    expect(calls).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('are no more than a call holds, by number and by bytes', async () => {
    const few = opened({ most: 2 });
    await Promise.all(['a', 'b', 'c', 'd'].map(few.send));
    expect(few.calls).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    const small = opened({ mostBytes: 5 });
    await Promise.all(['a', 'bbb', 'ccc', 'd', 'e'.repeat(9)].map(small.send));
    expect(small.calls).toEqual([['a', 'bbb'], ['ccc', 'd'], ['e'.repeat(9)]]);
  });

  it('are sent one by one when a call fails, so that one which is refused does not hold up the others', async () => {
    const { calls, send } = opened({ refused: 'c' });
    const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map(send));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(calls).toEqual([['a', 'b', 'c', 'd'], ['a'], ['b'], ['c'], ['d']]);
  });
});

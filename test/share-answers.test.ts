import { describe, expect, it } from 'vitest';
import { shareAnswers } from '../src/share-answers.ts';

function opened(keptMilliseconds = 0) {
  const clock = { now: 0 };
  const asked: string[] = [];
  const seen: string[] = [];
  const waiting: { readonly answer: (text: string) => void; readonly fail: () => void }[] = [];
  const answers = shareAnswers<string, string>({
    lookUp: (question) => {
      asked.push(question);
      return new Promise((resolve, reject) => waiting.push({ answer: resolve, fail: () => reject(new Error('away')) }));
    },
    keep: () => keptMilliseconds,
    seen: (answer) => void seen.push(answer),
    now: () => clock.now,
  });
  return {
    ask: () => answers.ask('name', 'question'),
    forget: () => answers.forget('name'),
    asked,
    seen,
    waiting,
    clock,
  };
}

describe('answers that are shared', () => {
  it('are looked up once by those who ask at one time, and anew afterwards', async () => {
    const { ask, asked, waiting } = opened();
    const both = [ask(), ask()];
    waiting[0]?.answer('one');
    expect(await Promise.all(both)).toEqual(['one', 'one']);
    expect(asked).toHaveLength(1);
    const third = ask();
    waiting[1]?.answer('two');
    expect(await third).toBe('two');
  });

  it('are given again for as long as they are kept, and no longer', async () => {
    const { ask, asked, waiting, clock } = opened(5);
    const first = ask();
    waiting[0]?.answer('one');
    await first;
    clock.now = 4;
    expect(await ask()).toBe('one');
    clock.now = 5;
    void ask();
    expect(asked).toHaveLength(2);
  });

  it('are not shared once they are forgotten, whether or not they have come', async () => {
    const { ask, forget, asked, seen, waiting } = opened(5);
    const before = ask();
    forget();
    const after = ask();
    waiting[0]?.answer('old');
    waiting[1]?.answer('new');
    expect(await Promise.all([before, after])).toEqual(['old', 'new']);
    expect(asked).toHaveLength(2);
    expect(seen).toEqual(['new']);
    expect(await ask()).toBe('new');
  });

  it('that fail are for those who wait, and are looked up again', async () => {
    const { ask, waiting } = opened(5);
    const both = [ask(), ask()];
    waiting[0]?.fail();
    for (const one of both) await expect(one).rejects.toThrow('away');
    const next = ask();
    waiting[1]?.answer('there');
    expect(await next).toBe('there');
  });
});

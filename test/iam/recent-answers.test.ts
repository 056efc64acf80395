import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecentAnswers } from '../../src/iam/recent-answers.ts';

describe('recent answers', () => {
  it('hold those that were needed last, and never one to another question', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 200 }), fc.integer({ min: 1, max: 9 }), (asked, most) => {
        const answers = createRecentAnswers<string>(most);
        for (const [place, number] of asked.entries()) {
          const question = `q${number}`;
          const found = answers.get(question);
          const recent = new Set<number>();
          for (let back = place - 1; back >= 0 && recent.size < most; back -= 1) recent.add(asked[back] ?? 0);
          if (recent.has(number)) expect(found).toBe(question);
          expect([undefined, question]).toContain(found);
          if (found === undefined) answers.set(question, question);
        }
      }),
    );
  });

  it('forget what was not needed for long', () => {
    const answers = createRecentAnswers<number>(10);
    answers.set('first', 1);
    for (let number = 0; number < 20; number += 1) answers.set(`other ${number}`, number);
    expect(answers.get('first')).toBeUndefined();
  });
});

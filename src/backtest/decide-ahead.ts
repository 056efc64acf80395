import type { Case } from './case-book.ts';
import { PLAIN } from './context.ts';
import type { VerdictBook } from './verdict-book.ts';

/**
 * Decides every case beforehand, several at once: what is looked up takes long, and a replay waits for each. `at` stands
 * in for the time of denials whose verdict does not depend on it; the others are decided again in their turn.
 */
export async function decideAhead(
  cases: readonly Case[],
  verdicts: VerdictBook,
  at: number,
  atOnce: number,
  goOn: (done: number) => boolean,
): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let found = cases[next]; found !== undefined && goOn(next); found = cases[next]) {
      next += 1;
      if (found.kind === 'refused') await verdicts.find(found, PLAIN, at);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

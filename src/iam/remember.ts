import { createRecentAnswers } from './recent-answers.ts';

const MOST_TEXTS = 2_000;

/** Whoever sends entries decides how long their texts are; long ones are read anew each time. */
const LONGEST_TEXT = 500;

/**
 * A pure reader of texts that knows its last answers: the same few callers, resources and permissions come again and
 * again. What it gives has to be immutable. Bounded.
 */
export function remembering<T>(read: (text: string) => T): (text: string) => T {
  const answers = createRecentAnswers<T>(MOST_TEXTS);
  return (text) => {
    const answer = answers.get(text);
    if (answer !== undefined) return answer;
    const fresh = read(text);
    if (text.length > LONGEST_TEXT) return fresh;
    answers.set(text, fresh);
    return fresh;
  };
}

/** Answers by their question, as many as were needed lately. */
export interface RecentAnswers<T> {
  get(question: string): T | undefined;
  set(question: string, answer: T): void;
}

/**
 * Keeps at least the `most` answers that were needed last, and at most twice as many: those of the newest generation and
 * those of the one before it.
 */
export function createRecentAnswers<T>(most: number): RecentAnswers<T> {
  let young = new Map<string, T>();
  let old = new Map<string, T>();
  const set = (question: string, answer: T) => {
    if (young.size >= most) {
      old = young;
      young = new Map();
    }
    young.set(question, answer);
  };
  return {
    get: (question) => {
      const answer = young.get(question);
      if (answer !== undefined) return answer;
      const older = old.get(question);
      if (older !== undefined) set(question, older);
      return older;
    },
    set,
  };
}

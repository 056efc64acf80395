/** Look-ups by a name, shared by those who ask at one time. */
export interface SharedAnswers<Q, A> {
  /** The answer of a look-up that is under way or of one that is kept, else of a new one. */
  ask(name: string, question: Q): Promise<A>;
  /** From now on a look-up that began earlier is shared with nobody, and what was kept under the name is gone. */
  forget(name: string): void;
}

/** How look-ups are shared. */
export interface Sharing<Q, A> {
  readonly lookUp: (question: Q) => Promise<A>;
  /** For how many milliseconds an answer is given again; 0 for not at all. */
  readonly keep: (answer: A, name: string) => number;
  /** Called with each answer that nobody has asked to forget meanwhile. */
  readonly seen?: (answer: A, name: string) => void;
  readonly now: () => number;
}

interface Shared<A> {
  readonly answer: Promise<A>;
  /** Milliseconds since the epoch; never, while the look-up is under way. */
  until: number;
}

/** So many answers are known at once; when there are more, all are forgotten. */
const MOST_ANSWERS = 2_000;

/** Shares look-ups. A look-up that fails is for those who wait for it; the next one is made anew. */
export function shareAnswers<Q, A>({ lookUp, keep, seen, now }: Sharing<Q, A>): SharedAnswers<Q, A> {
  const known = new Map<string, Shared<A>>();
  const settle = (name: string, shared: Shared<A>, answer: A) => {
    if (known.get(name) !== shared) return;
    const milliseconds = keep(answer, name);
    if (milliseconds === 0) known.delete(name);
    shared.until = now() + milliseconds;
    seen?.(answer, name);
  };
  return {
    ask: (name, question) => {
      const last = known.get(name);
      if (last !== undefined && now() < last.until) return last.answer;
      if (known.size >= MOST_ANSWERS) known.clear();
      const shared: Shared<A> = { answer: lookUp(question), until: Number.POSITIVE_INFINITY };
      known.set(name, shared);
      shared.answer.then(
        (answer) => settle(name, shared, answer),
        () => known.get(name) === shared && known.delete(name),
      );
      return shared.answer;
    },
    forget: (name) => void known.delete(name),
  };
}

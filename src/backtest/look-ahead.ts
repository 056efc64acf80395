import type { History, Moment } from './history.ts';

/**
 * Reads a history some time ahead: whoever is told of each entry has been told of all that follow within that time when
 * the entry itself is read. Holds what lies within it.
 */
export function readAhead(
  history: Pick<History, 'next'>,
  milliseconds: number,
  tell: (moment: Moment) => void,
): () => Moment | null {
  const waiting = new MomentQueue();
  let next = history.next();
  return () => {
    const until = (waiting.firstAt() ?? next?.at ?? 0) + milliseconds;
    while (next !== null && next.at <= until) {
      tell(next);
      waiting.push(next);
      next = history.next();
    }
    return waiting.shift();
  };
}

// Times and cases in two lists, of which the first part is over: no object for each of many entries.
class MomentQueue {
  private readonly moment: Moment = { at: 0, found: 0 };
  private times: number[] = [];
  private cases: number[] = [];
  private from = 0;

  push({ at, found }: Moment): void {
    this.times.push(at);
    this.cases.push(found);
  }

  firstAt(): number | undefined {
    return this.times[this.from];
  }

  shift(): Moment | null {
    const at = this.times[this.from];
    if (at === undefined) return null;
    this.moment.at = at;
    this.moment.found = this.cases[this.from] ?? 0;
    this.from += 1;
    if (this.from > 10_000 && this.from * 2 > this.times.length) this.cut();
    return this.moment;
  }

  private cut(): void {
    this.times = this.times.slice(this.from);
    this.cases = this.cases.slice(this.from);
    this.from = 0;
  }
}

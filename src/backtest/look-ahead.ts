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

const FEWEST_PLACES = 1_024;

// A ring of numbers, which only grows: an object for each of many entries would be rubbish soon after.
class MomentQueue {
  private readonly moment: Moment = { at: 0, found: 0 };
  private times = new Float64Array(FEWEST_PLACES);
  private cases = new Float64Array(FEWEST_PLACES);
  private first = 0;
  private length = 0;

  push({ at, found }: Moment): void {
    if (this.length === this.times.length) this.grow();
    const place = this.placeOf(this.length);
    this.times[place] = at;
    this.cases[place] = found;
    this.length += 1;
  }

  firstAt(): number | undefined {
    return this.length === 0 ? undefined : this.times[this.first];
  }

  shift(): Moment | null {
    if (this.length === 0) return null;
    this.moment.at = this.times[this.first] ?? 0;
    this.moment.found = this.cases[this.first] ?? 0;
    this.first = this.placeOf(1);
    this.length -= 1;
    return this.moment;
  }

  private placeOf(index: number): number {
    return (this.first + index) % this.times.length;
  }

  private grow(): void {
    this.times = this.twiceAsLong(this.times);
    this.cases = this.twiceAsLong(this.cases);
    this.first = 0;
  }

  private twiceAsLong(ring: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
    const longer = new Float64Array(2 * ring.length);
    longer.set(ring.subarray(this.first));
    longer.set(ring.subarray(0, this.first), ring.length - this.first);
    return longer;
  }
}

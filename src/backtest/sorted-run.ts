/** Numbers an entry takes in a run: time, mark, case. */
export const RUN_FIELDS = 3;

/** Entries that are put in order together. */
export class SortedRun {
  private readonly numbers: Float64Array;
  private length = 0;
  private isSorted = true;

  constructor(entries: number) {
    this.numbers = new Float64Array(entries * RUN_FIELDS);
  }

  get isFull(): boolean {
    return this.length * RUN_FIELDS === this.numbers.length;
  }

  add(at: number, found: number, mark: number): void {
    const { numbers } = this;
    const place = this.length * RUN_FIELDS;
    numbers[place] = at;
    numbers[place + 1] = mark;
    numbers[place + 2] = found;
    if (this.isSorted && this.length > 0 && compare(numbers, place - RUN_FIELDS, place) > 0) this.isSorted = false;
    this.length += 1;
  }

  /** The numbers of all entries, by time and then by mark. */
  inOrder(): Float64Array {
    const { numbers, length } = this;
    if (this.isSorted) return numbers.subarray(0, length * RUN_FIELDS);
    const places = Array.from({ length }, (_, index) => index * RUN_FIELDS);
    // Exports are nearly in order, or in the reverse order: this sort is quick with both.
    places.sort((one, other) => compare(numbers, one, other));
    const sorted = new Float64Array(length * RUN_FIELDS);
    for (const [index, place] of places.entries())
      sorted.set(numbers.subarray(place, place + RUN_FIELDS), index * RUN_FIELDS);
    return sorted;
  }
}

function compare(numbers: Float64Array, one: number, other: number): number {
  return (numbers[one] ?? 0) - (numbers[other] ?? 0) || (numbers[one + 1] ?? 0) - (numbers[other + 1] ?? 0);
}

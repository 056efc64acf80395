/** The middle of some measurements and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Of at least one number; the median of an even count is the higher of the two in the middle. */
export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((one, other) => one - other);
  const [min, median, max] = [sorted.at(0), sorted.at(Math.floor(sorted.length / 2)), sorted.at(-1)];
  if (min === undefined || median === undefined || max === undefined) throw new Error('nothing was measured');
  return { median, min, max };
}

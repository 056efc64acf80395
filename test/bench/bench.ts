/** What one bench measures, and what it has to reach. */
export interface Bench {
  readonly name: string;
  /** What is compared with what. */
  readonly about: string;
  readonly limit: Limit;
  readonly measure: () => Promise<Measured>;
}

export interface Limit {
  readonly kind: 'at-most' | 'at-least';
  readonly value: number;
}

export interface Measured {
  /** One ratio or counted thing a round, of which the median counts. */
  readonly rounds: readonly number[];
  /** What else was seen, for people to read; wall time among it, on which no limit rests. */
  readonly notes: readonly string[];
  /** Further limits that this measurement broke. */
  readonly broken: readonly string[];
}

/** True when a figure keeps to a limit. */
export function isWithin(figure: number, { kind, value }: Limit): boolean {
  return kind === 'at-most' ? figure <= value : figure >= value;
}

/** One value for all that are equal, so that many cases share what they have in common. */
export interface Interned<T> {
  /** The value that was given first of those with this key, and its number from 0. */
  of(key: string, make: () => T): { readonly value: T; readonly number: number };
  readonly size: number;
}

/** Keeps what it is given for good: for what there is little of, compared with entries. */
export function createInterned<T>(): Interned<T> {
  const known = new Map<string, { readonly value: T; readonly number: number }>();
  return {
    get size() {
      return known.size;
    },
    of: (key, make) => {
      const found = known.get(key);
      if (found !== undefined) return found;
      const added = { value: make(), number: known.size };
      known.set(key, added);
      return added;
    },
  };
}

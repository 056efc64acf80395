/** A filter of Cloud Logging, in the part of its query language that deploy/ uses. */
export type Filter =
  | { readonly kind: 'all'; readonly of: readonly Filter[] }
  | { readonly kind: 'any'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'log-id'; readonly id: string }
  | Comparison;

/** One field against one value; `is-there` is what `:*` asks. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly path: readonly string[];
  readonly operator: Operator | 'is-there';
  readonly value: string;
}

/** Equal, not equal, contains, greater, and matches. */
export type Operator = '=' | '!=' | ':' | '>' | '=~';

/** A filter that this reader does not understand, or that leaves open what AND and OR belong to. */
export class FilterError extends Error {}

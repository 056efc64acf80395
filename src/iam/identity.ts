/** Who Guestlist runs as: what it must never grant to. */
export type Identity =
  | { readonly kind: 'account'; readonly email: string }
  /** A function that could not find out; it grants nothing. */
  | { readonly kind: 'not-known' }
  /** A command line that nobody named an account to; it cannot write. */
  | { readonly kind: 'nobody' };

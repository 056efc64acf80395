import { isSameEmail } from './email.ts';

/** Who Guestlist runs as: what it must never grant to. */
export type Identity =
  /** `others`: its further accounts, such as that of the console. */
  | { readonly kind: 'account'; readonly email: string; readonly others: readonly string[] }
  /** A function that could not find out; it grants nothing. */
  | { readonly kind: 'not-known' }
  /** A command line that nobody named an account to; it cannot write. */
  | { readonly kind: 'nobody' };

/** True when an e-mail address is one of Guestlist's own. */
export function isOwnEmail(identity: Identity, email: string): boolean {
  return identity.kind === 'account' && [identity.email, ...identity.others].some((own) => isSameEmail(own, email));
}

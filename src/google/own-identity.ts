import { isWholeEmail } from '../iam/email.ts';
import type { Identity } from '../iam/identity.ts';

/** Asks the metadata server which service account this function runs as; `not-known` away from Google Cloud. */
export async function readOwnIdentity(): Promise<Identity> {
  try {
    const metadata = await import('gcp-metadata');
    if (!(await metadata.isAvailable())) return { kind: 'not-known' };
    const email: unknown = await metadata.instance('service-accounts/default/email');
    return typeof email === 'string' && isWholeEmail(email)
      ? { kind: 'account', email, others: [] }
      : { kind: 'not-known' };
  } catch {
    return { kind: 'not-known' };
  }
}

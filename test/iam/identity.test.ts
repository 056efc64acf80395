import { describe, expect, it } from 'vitest';
import { isOwnEmail } from '../../src/iam/identity.ts';

describe('the accounts of Guestlist', () => {
  const identity = {
    kind: 'account',
    email: 'guestlist-run@acme.iam.gserviceaccount.com',
    others: ['c@acme.com'],
  } as const;

  it('are its own and that of its console, whatever their case', () => {
    expect(isOwnEmail(identity, 'Guestlist-Run@acme.iam.gserviceaccount.com')).toBe(true);
    expect(isOwnEmail(identity, 'C@acme.com')).toBe(true);
    expect(isOwnEmail(identity, 'chat@acme.iam.gserviceaccount.com')).toBe(false);
    expect(isOwnEmail({ kind: 'not-known' }, 'C@acme.com')).toBe(false);
  });
});

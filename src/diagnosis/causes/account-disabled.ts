import type { Diagnosis } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';
import { testify } from '../reason-witness.ts';

/** The caller's account is disabled, deleted, or barred from the service by an administrator. */
export function accountDisabled({ denial }: EntryQuestion): Diagnosis | null {
  return testify(denial, {
    cause: 'account-disabled',
    reasons: ['ACCOUNT_STATE_INVALID', 'USER_BLOCKED_BY_ADMIN', 'ACCOUNT_TYPE_UNSUPPORTED'],
    texts: [],
    summary:
      'The account of the caller is disabled, or an administrator turned the service off for it. No role helps: restore the account.',
  });
}

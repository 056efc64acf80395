import type { Diagnosis } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';
import { testify } from '../reason-witness.ts';

/** The access token was issued for narrower scopes than the call needs. */
export function insufficientScope({ denial }: EntryQuestion): Diagnosis | null {
  return testify(denial, {
    cause: 'insufficient-scope',
    reasons: ['ACCESS_TOKEN_SCOPE_INSUFFICIENT'],
    texts: [/insufficient authentication scopes/i],
    summary: 'The access token lacks the scope of the call. No role helps: issue it with the cloud-platform scope.',
  });
}

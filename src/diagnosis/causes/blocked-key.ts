import type { Diagnosis } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';
import { testify } from '../reason-witness.ts';

/** The call was made with an API key that may not be used for it. */
export function blockedKey({ denial }: EntryQuestion): Diagnosis | null {
  return testify(denial, {
    cause: 'blocked-key',
    reasons: [
      'API_KEY_INVALID',
      'API_KEY_SERVICE_BLOCKED',
      'API_KEY_HTTP_REFERRER_BLOCKED',
      'API_KEY_IP_ADDRESS_BLOCKED',
      'API_KEY_ANDROID_APP_BLOCKED',
      'API_KEY_IOS_APP_BLOCKED',
    ],
    texts: [],
    summary:
      'The API key may not be used for this call. No role helps: change the restrictions of the key, or call with an identity.',
  });
}

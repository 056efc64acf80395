import type { Diagnosis } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';
import { testify } from '../reason-witness.ts';

/** The project that the call was made for does not exist, is suspended, or was misspelled. */
export function consumerInvalid({ denial }: EntryQuestion): Diagnosis | null {
  return testify(denial, {
    cause: 'consumer-invalid',
    reasons: ['CONSUMER_INVALID', 'CONSUMER_SUSPENDED', 'RESOURCE_PROJECT_INVALID', 'GCP_SUSPENDED'],
    texts: [/Permission denied on resource project /],
    summary:
      'The project that the call was made for is not valid: misspelled, deleted or suspended. No role helps: correct the project id.',
  });
}

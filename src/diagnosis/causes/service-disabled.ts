import type { Diagnosis } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';
import { testify } from '../reason-witness.ts';

/** The Vertex AI API is not enabled in the project that the call was made for. */
export function serviceDisabled({ denial }: EntryQuestion): Diagnosis | null {
  return testify(denial, {
    cause: 'service-disabled',
    reasons: ['SERVICE_DISABLED', 'MCP_SERVER_DISABLED'],
    texts: [/has not been used in project \S+ before or it is disabled/],
    summary: 'The Vertex AI API is not enabled in the consumer project. No role helps: enable the API.',
  });
}

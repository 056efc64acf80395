import { type Diagnosis, fromEntry } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';

const RESOURCE_EXHAUSTED = 8;

/** The call was refused for quota or capacity, not for access. Some guides call it "Error 1153"; Google does not. */
export function throttled({ denial }: EntryQuestion): Diagnosis | null {
  if (denial.status.code !== RESOURCE_EXHAUSTED) return null;
  return {
    cause: 'throttled',
    certainty: 'certain',
    summary: 'The call was throttled (status 8, HTTP 429). The caller has access; no role helps.',
    evidence: [fromEntry(`status 8: ${denial.status.message}`)],
  };
}

import { type Diagnosis, fromEntry } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';

const UNAUTHENTICATED = 16;
const REASONS: readonly string[] = [
  'ACCESS_TOKEN_EXPIRED',
  'ACCESS_TOKEN_TYPE_UNSUPPORTED',
  'CREDENTIALS_MISSING',
  'SESSION_COOKIE_INVALID',
  'JWT_TOKEN_INVALID',
  'CREDENTIAL_TYPE_UNSUPPORTED',
];

/** The call carried no valid credentials, so nobody is known to have asked. */
export function unauthenticated({ denial }: EntryQuestion): Diagnosis | null {
  const reason = denial.errors.find((error) => REASONS.includes(error.reason))?.reason;
  if (denial.status.code !== UNAUTHENTICATED && reason === undefined) return null;
  return {
    cause: 'unauthenticated',
    certainty: 'certain',
    summary: 'The call carried no valid credentials (status 16, HTTP 401). No role helps: renew the credentials.',
    evidence: [fromEntry(`status ${denial.status.code}${reason === undefined ? '' : `, error reason ${reason}`}`)],
  };
}

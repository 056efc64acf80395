import { isOwnEmail } from '../../iam/identity.ts';
import { emailOf } from '../../iam/principal.ts';
import { type Diagnosis, fromEntry } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';

/** The refused caller is Guestlist itself. Acting on that could feed back on itself, so it is only told. */
export function ownCall({ denial, identity }: EntryQuestion): Diagnosis | null {
  const email = emailOf(denial.principal);
  if (email === null || !isOwnEmail(identity, email)) return null;
  return {
    cause: 'own-call',
    certainty: 'certain',
    summary: 'Guestlist itself was refused. It never grants itself anything; find out why it called Vertex AI at all.',
    evidence: [fromEntry(`the caller ${email} is Guestlist's own service account`)],
  };
}

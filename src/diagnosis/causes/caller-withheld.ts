import type { WithheldReason } from '../../iam/principal.ts';
import { type Diagnosis, fromEntry } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';

const REASONS: Readonly<Record<WithheldReason, string>> = {
  empty: 'the entry names no caller: Cloud Audit Logs redacts people whose read-only calls are refused',
  partial: 'the address is shortened with dots, as in policy logs',
  'google-internal': 'the caller is named only as google-internal',
  system: 'the caller is not an account that can be a member of a policy',
  masked: 'the address was masked by hand',
  contradictory: 'principalSubject and principalEmail name different accounts',
};

/** The entry does not say who called, or names nobody who can be a member of a policy. */
export function callerWithheld({ denial }: EntryQuestion): Diagnosis | null {
  const { principal } = denial;
  switch (principal.kind) {
    case 'withheld':
      return answer(REASONS[principal.reason]);
    case 'unrecognized':
      return answer('the caller has a form that is no member of an IAM policy');
    default:
      return null;
  }
}

function answer(why: string): Diagnosis {
  return {
    cause: 'caller-withheld',
    certainty: 'certain',
    summary: `Nobody can be granted a role: ${why}.`,
    evidence: [fromEntry(why)],
  };
}

import type { Diagnosis } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';
import { testify } from '../reason-witness.ts';

/** The project has no active billing account. */
export function billingDisabled({ denial }: EntryQuestion): Diagnosis | null {
  return testify(denial, {
    cause: 'billing-disabled',
    reasons: ['BILLING_DISABLED'],
    texts: [/requires billing to be enabled/],
    summary: 'Billing is not enabled in the consumer project. No role helps: link a billing account.',
  });
}

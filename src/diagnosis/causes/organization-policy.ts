import type { PolicyViolation } from '../../denial/denial.ts';
import { type Diagnosis, fromEntry } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';
import { testify } from '../reason-witness.ts';

/** An organization policy constraint forbids the call, whatever roles the caller holds. */
export function organizationPolicy({ denial }: EntryQuestion): Diagnosis | null {
  const { policyViolations } = denial;
  if (policyViolations.length > 0) {
    return {
      cause: 'organization-policy',
      certainty: policyViolations.every((violation) => violation.constraint !== '') ? 'certain' : 'likely',
      summary: `An organization policy forbids the call: ${policyViolations.map(nameOf).join('; ')}. No role helps.`,
      evidence: policyViolations.map((violation) => fromEntry(`${nameOf(violation)}: ${violation.text}`)),
    };
  }
  return testify(denial, {
    cause: 'organization-policy',
    reasons: [
      'RESOURCE_USAGE_RESTRICTION_VIOLATED',
      'ORG_RESTRICTION_VIOLATION',
      'ORG_RESTRICTION_HEADER_INVALID',
      'LOCATION_POLICY_VIOLATED',
      'LOCATION_ORG_POLICY_VIOLATED',
      'TLS_ORG_POLICY_VIOLATED',
      'ENDPOINT_USAGE_RESTRICTION_VIOLATED',
      'TLS_CIPHER_RESTRICTION_VIOLATED',
    ],
    texts: [],
    summary: 'An organization policy forbids the call. No role helps: ask who administers organization policies.',
  });
}

function nameOf({ constraint, value }: PolicyViolation): string {
  const name = constraint === '' ? 'a constraint that the entry does not name' : constraint;
  return value === null ? name : `${name} (value ${value})`;
}

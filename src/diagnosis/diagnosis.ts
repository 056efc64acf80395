/** Why a call was refused. Public contract of `guestlist.report/v1`. */
export type Cause =
  | 'not-denied'
  | 'out-of-scope'
  | 'own-call'
  | 'throttled'
  | 'unauthenticated'
  | 'reconnaissance'
  | 'service-perimeter'
  | 'organization-policy'
  | 'service-disabled'
  | 'billing-disabled'
  | 'insufficient-scope'
  | 'consumer-invalid'
  | 'quota-project'
  | 'account-disabled'
  | 'blocked-key'
  | 'caller-withheld'
  | 'deleted-principal'
  | 'service-agent'
  | 'another-permission'
  | 'deny-policy'
  | 'access-boundary'
  | 'condition-unmet'
  | 'propagating'
  | 'cross-project'
  | 'missing-role'
  | 'unknown';

/** How sure the cause is, given what could be read. */
export type Certainty = 'certain' | 'likely' | 'unknown';

/** One fact that speaks for or against a cause; what could not be read is listed as well. */
export interface EvidenceNote {
  readonly state: 'known' | 'absent' | 'not-readable';
  /** Where the fact is from: `entry`, `projects/acme-ml`, `roles/aiplatform.user`. */
  readonly source: string;
  readonly text: string;
}

/** The cause of a refusal with what speaks for it. */
export interface Diagnosis {
  readonly cause: Cause;
  readonly certainty: Certainty;
  readonly summary: string;
  readonly evidence: readonly EvidenceNote[];
}

/** Whether granting a role can undo a refusal of this cause; `nothing-to-do` means nobody needs to be told. */
export const helpOfGrant: Readonly<Record<Cause, 'grant-helps' | 'no-grant-helps' | 'nothing-to-do'>> = {
  'not-denied': 'nothing-to-do',
  'out-of-scope': 'nothing-to-do',
  'own-call': 'no-grant-helps',
  throttled: 'no-grant-helps',
  unauthenticated: 'no-grant-helps',
  reconnaissance: 'no-grant-helps',
  'service-perimeter': 'no-grant-helps',
  'organization-policy': 'no-grant-helps',
  'service-disabled': 'no-grant-helps',
  'billing-disabled': 'no-grant-helps',
  'insufficient-scope': 'no-grant-helps',
  'consumer-invalid': 'no-grant-helps',
  'quota-project': 'no-grant-helps',
  'account-disabled': 'no-grant-helps',
  'blocked-key': 'no-grant-helps',
  'caller-withheld': 'no-grant-helps',
  'deleted-principal': 'no-grant-helps',
  'service-agent': 'no-grant-helps',
  'another-permission': 'no-grant-helps',
  'deny-policy': 'no-grant-helps',
  'access-boundary': 'no-grant-helps',
  'condition-unmet': 'grant-helps',
  propagating: 'no-grant-helps',
  'cross-project': 'grant-helps',
  'missing-role': 'grant-helps',
  unknown: 'no-grant-helps',
};

/** A fact read from the entry itself. */
export function fromEntry(text: string): EvidenceNote {
  return { state: 'known', source: 'entry', text };
}

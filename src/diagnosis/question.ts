import type { Denial, PerimeterViolation } from '../denial/denial.ts';
import type { Identity } from '../iam/identity.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Evidence } from './evidence.ts';

/** Whether the caller was refused so many different things lately that it looks like exploring. */
export type Suspicion =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'reconnaissance';
      readonly permissions: number;
      readonly projects: number;
      readonly windowMinutes: number;
    };

/** What the entry alone answers: the denial, and who Guestlist is. */
export interface EntryQuestion {
  readonly denial: Denial;
  readonly identity: Identity;
  readonly suspicion: Suspicion;
  /** A perimeter violation of the same caller within seconds of this refusal, or null. */
  readonly shadow: PerimeterViolation | null;
  /** Incidents of the same caller within seconds that looked like something else. */
  readonly twins: readonly string[];
}

/** A denial with all that was looked up about it. */
export interface Question extends EntryQuestion {
  readonly evidence: Evidence;
  /** The role that Guestlist may hand out. */
  readonly role: string;
}

/** One cause that the entry alone can prove: its diagnosis, or null when it does not hold. */
export type EntryCause = (question: EntryQuestion) => Diagnosis | null;

/** One cause that needs what was looked up. */
export type EvidenceCause = (question: Question) => Diagnosis | null;

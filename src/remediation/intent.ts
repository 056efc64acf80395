import type { Decision } from '../decision/decision.ts';
import type { PerimeterViolation } from '../denial/denial.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { PastGrant } from '../diagnosis/evidence.ts';
import type { Change } from './change.ts';
import type { PolicyFacts } from './policy-facts.ts';

/** An earlier grant that somebody removed, or that did not help. */
export interface EarlierGrant {
  readonly grant: PastGrant;
  /** The access that it gave. */
  readonly change: Change;
  readonly state: 'did-not-help' | 'gone';
}

/** What was made out about a denial before anything is done: enough to go on from, and to report, after a crash. */
export interface Intent {
  readonly diagnosis: Diagnosis;
  readonly decision: Decision;
  readonly change: Change | null;
  /** The perimeter violation that explains the refusal, of the entry itself or of another one; null where none does. */
  readonly perimeter: PerimeterViolation | null;
  /** Id of the project the denial is about, as far as it is known; empty where nothing names one. */
  readonly project: string;
  /** Version of the allowlist that was decided by. */
  readonly allowlistVersion: string;
  /** How many permissions the role to grant holds, or null where that could not be read. */
  readonly rolePermissionCount: number | null;
  /** Etag of the project's policy that was looked at; null where none was. */
  readonly policyEtag: string | null;
  /** What that policy was like before the change; null where it was not read, or there is no change. */
  readonly policyFacts: PolicyFacts | null;
  /** How long the change lasts, in milliseconds; null where it stays. */
  readonly lastsMilliseconds: number | null;
  /** What this denial shows about an earlier grant of the same access, or null. */
  readonly earlierGrant: EarlierGrant | null;
  /** E-mail address of the person who approved the change, or null where a rule decided. */
  readonly approvedBy: string | null;
}

import type { Decision } from '../decision/decision.ts';
import type { PerimeterViolation } from '../denial/denial.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Change } from './change.ts';

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
}

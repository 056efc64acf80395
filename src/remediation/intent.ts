import type { Decision } from '../decision/decision.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Change } from './change.ts';

/** What was made out about a denial before anything is done: enough to go on from, and to report, after a crash. */
export interface Intent {
  readonly diagnosis: Diagnosis;
  readonly decision: Decision;
  readonly change: Change | null;
  /** Id of the project the denial is about, as far as it is known; empty where nothing names one. */
  readonly project: string;
  /** How many permissions the role to grant holds, or null where that could not be read. */
  readonly rolePermissionCount: number | null;
}

import type { Denial } from '../denial/denial.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import type { Identity } from '../iam/identity.ts';
import type { Allowlist, Rule } from './allowlist.ts';
import type { GuardName, GuardResult } from './decision.ts';

/** Everything a guard may look at. */
export interface GuardInput {
  readonly denial: Denial;
  readonly diagnosis: Diagnosis;
  readonly evidence: Evidence;
  readonly allowlist: Allowlist;
  readonly identity: Identity;
  /** The rule that would allow the grant, or null where none does. */
  readonly rule: Rule | null;
}

/** One check that stands between a denial and a grant. */
export type Guard = (input: GuardInput) => GuardResult;

/** The grant may go on as far as this guard is concerned. */
export function held(guard: GuardName, detail: string): GuardResult {
  return { guard, result: 'held', detail };
}

/** The grant must not be made. */
export function failed(guard: GuardName, detail: string): GuardResult {
  return { guard, result: 'failed', detail };
}

/** What the guard needs could not be read; that stops a grant too. */
export function notKnown(guard: GuardName, detail: string): GuardResult {
  return { guard, result: 'not-known', detail };
}

/** `held` or `failed`, by a check that could be made. */
export function check(guard: GuardName, isHeld: boolean, yes: string, no: string): GuardResult {
  return isHeld ? held(guard, yes) : failed(guard, no);
}

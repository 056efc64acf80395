import type { OpenAllowance } from '../decision/if-confirmed.ts';
import type { Cause } from '../diagnosis/diagnosis.ts';
import type { Access, Verdict } from './verdict.ts';

/** On what terms a verdict grants. */
export interface GrantTerms {
  readonly ruleId: string;
  /** How long the grant lasts; null where it stays. */
  readonly lastsMilliseconds: number | null;
  /** What look-ups would have had to confirm: rules and guards. Empty where everything was known. */
  readonly needs: readonly string[];
}

/** A grant that would have been made, and what became of it. Times in milliseconds since the epoch. */
export interface SimulatedGrant {
  readonly access: Access;
  /** The terms it was made on last. */
  terms: GrantTerms;
  /** When it ended or would end; null where it stays. */
  expiresAt: number | null;
  readonly firstAt: number;
  /** When it was made last, after it had ended. */
  lastAt: number;
  /** How often it would have been made. */
  times: number;
  /** Denials that would not have happened. */
  avoided: number;
  /** A cause that no grant helps with, which only what followed shows; null where there is none. */
  hindsight: Cause | null;
}

/** The terms on which a verdict grants, surely or if look-ups confirm it; null where it does not. */
export function grantTerms({ ruleId, allowance, lastsMilliseconds }: Verdict): GrantTerms | null {
  if (ruleId !== null) return { ruleId, lastsMilliseconds, needs: [] };
  return allowance === null ? null : termsOf(allowance);
}

const TERMS = new WeakMap<OpenAllowance, GrantTerms>();

function termsOf(allowance: OpenAllowance): GrantTerms {
  const known = TERMS.get(allowance);
  if (known !== undefined) return known;
  const { ruleId, expiresAfterMilliseconds: lastsMilliseconds, rules, guards } = allowance;
  const needs = [...rules.map((rule) => `rule ${rule}`), ...guards.map((guard) => `guard ${guard}`)];
  const terms = { ruleId, lastsMilliseconds, needs };
  TERMS.set(allowance, terms);
  return terms;
}

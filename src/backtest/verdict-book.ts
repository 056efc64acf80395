import type { Allowlist } from '../decision/allowlist.ts';
import type { OpenAllowance } from '../decision/if-confirmed.ts';
import type { EvidencePorts } from '../diagnosis/evidence.ts';
import { lookUp } from '../examine.ts';
import type { Identity } from '../iam/identity.ts';
import type { RefusedCase } from './case-book.ts';
import { CONTEXTS, type Context, judgementOf } from './context.ts';
import { createInterned } from './interned.ts';
import { type Accesses, isTimeless, type Verdict, verdictOf } from './verdict.ts';

/** What an allowlist says about the cases of a history. */
export interface VerdictBook {
  /** The verdict on a case in a context where it was found before and does not change with time; else null. */
  known(found: RefusedCase, context: Context): Verdict | null;
  /** Finds the verdict on a case in a context, at a time in milliseconds since the epoch. */
  find(found: RefusedCase, context: Context, at: number): Promise<Verdict>;
}

/** What verdicts are found with. */
export interface VerdictPorts {
  readonly allowlist: Allowlist;
  readonly identity: Identity;
  readonly evidence: EvidencePorts;
}

/** Opens a book in which each case is examined once for each context, unless its verdict changes with time. */
export function createVerdictBook({ allowlist, identity, evidence: ports }: VerdictPorts): VerdictBook {
  const verdicts = new Map<number, Verdict>();
  const accesses: Accesses = createInterned();
  const allowances = createInterned<OpenAllowance>();
  const places = createInterned<readonly number[]>();
  const withShared = (verdict: Verdict): Verdict => {
    const { allowance, matched, open } = verdict;
    return {
      ...verdict,
      matched: places.of(matched.join(), () => matched).value,
      open: places.of(open.join(), () => open).value,
      allowance: allowance === null ? null : allowances.of(JSON.stringify(allowance), () => allowance).value,
    };
  };
  return {
    known: ({ id }, context) => verdicts.get(id * CONTEXTS + context) ?? null,
    find: async ({ id, denial: standIn }, context, at) => {
      const denial = { ...standIn, at: new Date(at).toISOString() };
      const judgement = judgementOf(context);
      const evidence = await lookUp(denial, judgement, identity, allowlist.role, ports);
      const weighing = { denial, judgement, evidence, allowlist, identity, now: at };
      const verdict = withShared(verdictOf(weighing, accesses));
      if (isTimeless(allowlist, denial, evidence)) verdicts.set(id * CONTEXTS + context, verdict);
      return verdict;
    },
  };
}

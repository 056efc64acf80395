import type { Allowlist } from '../decision/allowlist.ts';
import type { DecisionKind } from '../decision/decision.ts';
import { allowanceIfConfirmed, type OpenAllowance } from '../decision/if-confirmed.ts';
import { routingFor } from '../decision/routing.ts';
import type { RuleCondition } from '../decision/rule-condition.ts';
import type { Denial } from '../denial/denial.ts';
import type { Cause, Certainty } from '../diagnosis/diagnosis.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import { type Weighing, weigh } from '../examine.ts';
import { isSameMember, memberKey } from '../iam/principal.ts';
import type { Change } from '../remediation/change.ts';
import type { Intent } from '../remediation/intent.ts';
import { createInterned, type Interned } from './interned.ts';

/** What `explain` says of a denial, as far as a backtest counts it. */
export interface Verdict {
  readonly cause: Cause;
  readonly certainty: Certainty;
  readonly decision: DecisionKind;
  /** The rule that grants, or null. */
  readonly ruleId: string | null;
  /** Rules that match, and rules that could not be told, by their place in the allowlist. */
  readonly matched: readonly number[];
  readonly open: readonly number[];
  /** What a grant would give; null where none helps. */
  readonly access: Access | null;
  /** The rule that would grant if look-ups confirm it, or null. */
  readonly allowance: OpenAllowance | null;
  /** How long a grant lasts; null where it stays. */
  readonly lastsMilliseconds: number | null;
  /** For how long the rules say that an incident is quiet after a report; null where they do not. */
  readonly quietMilliseconds: number | null;
}

/** What one member holds by one role in one project; equal ones have equal keys. */
export interface Access {
  readonly key: string;
  readonly project: string;
  readonly member: string;
  readonly role: string;
}

/** Keeps accesses, so that equal ones are the same object. */
export type Accesses = Interned<Access>;

/** Weighs a denial as the function does, and keeps what a backtest counts. */
export function verdictOf(weighing: Weighing, accesses: Accesses = createInterned()): Verdict {
  const intent = weigh(weighing);
  const { decision, diagnosis } = intent;
  const places = (result: 'matched' | 'not-known') =>
    decision.rules.flatMap((rule, place) => (rule.result === result ? [place] : []));
  return {
    cause: diagnosis.cause,
    certainty: diagnosis.certainty,
    decision: decision.kind,
    ruleId: decision.ruleId,
    matched: places('matched'),
    open: places('not-known'),
    access: intent.change === null ? null : accessOf(intent.change, accesses),
    allowance: allowanceFor(weighing, intent),
    lastsMilliseconds: intent.lastsMilliseconds,
    quietMilliseconds: routingFor(weighing.allowlist, decision.rules).quietMilliseconds,
  };
}

/** True where the same denial at another time comes to the same verdict. */
export function isTimeless({ rules }: Allowlist, { principal }: Denial, evidence: Evidence): boolean {
  const { member } = principal;
  const policies = [evidence.policy, ...evidence.inherited.map(({ policy }) => policy)];
  const isTimed = policies.some(
    (policy) =>
      policy.kind === 'known' &&
      policy.value.bindings.some(
        ({ condition, members }) =>
          condition !== null && member !== null && members.some((bound) => isSameMember(bound, member)),
      ),
  );
  return evidence.pastGrant === null && !isTimed && rules.every(({ when }) => when === null || isAlways(when));
}

function allowanceFor({ denial, evidence, allowlist, identity, now }: Weighing, intent: Intent): OpenAllowance | null {
  if (intent.decision.kind !== 'propose') return null;
  return allowanceIfConfirmed({ denial, diagnosis: intent.diagnosis, evidence, allowlist, identity, now });
}

function accessOf({ project, member, role }: Change, accesses: Accesses): Access {
  return accesses.of(JSON.stringify([project, member, role]), () => ({
    key: JSON.stringify([project, memberKey(member), role]),
    project,
    member,
    role,
  })).value;
}

function isAlways({ asks }: RuleCondition): boolean {
  return !asks.has('now') && !asks.has('at');
}

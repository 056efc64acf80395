import type { Policy } from '../iam/policy.ts';
import { isSameMember } from '../iam/principal.ts';
import type { Change } from './change.ts';
import { principalCount } from './edit-policy.ts';

/** What a policy looked like before a change, as far as it tells the side effects of the change. */
export interface PolicyFacts {
  /** Appearances of principals, as the limit of a policy counts them. */
  readonly principals: number;
  /** Whether any binding has a condition. */
  readonly hasConditions: boolean;
  /** Under how many conditions the member holds the role already. */
  readonly conditionsOfMember: number;
}

/** The facts of a policy that matter for a change. */
export function policyFactsOf(policy: Policy, { role, member }: Pick<Change, 'role' | 'member'>): PolicyFacts {
  const conditional = policy.bindings.filter((binding) => binding.condition !== null);
  return {
    principals: principalCount(policy),
    hasConditions: conditional.length > 0,
    conditionsOfMember: conditional.filter(
      (binding) => binding.role === role && binding.members.some((bound) => isSameMember(bound, member)),
    ).length,
  };
}

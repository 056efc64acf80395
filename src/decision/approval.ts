import type { Denial } from '../denial/denial.ts';
import { isSameEmail } from '../iam/email.ts';
import type { Policy } from '../iam/policy.ts';
import { emailOf, isSameMember } from '../iam/principal.ts';
import { type Allowlist, APPROVAL_RULE, type Rule } from './allowlist.ts';
import { NO_LIMITS } from './parse-limits.ts';

/** Roles whose holders can act as the service accounts of a project, or change who can (iam/docs/service-account-permissions). */
const OWNING_ROLES: ReadonlySet<string> = new Set([
  'roles/owner',
  'roles/editor',
  'roles/iam.serviceAccountAdmin',
  'roles/iam.serviceAccountKeyAdmin',
  'roles/iam.serviceAccountTokenCreator',
  'roles/iam.serviceAccountUser',
  'roles/iam.workloadIdentityUser',
]);

/** E-mail addresses of everybody who may approve a proposal: those of the file, and of the rule that came nearest. */
export function approversFor(allowlist: Allowlist, ruleId: string | null): readonly string[] {
  const rule = allowlist.rules.find(({ id }) => id === ruleId);
  return [...new Set([...allowlist.approvers, ...(rule?.approvers ?? [])])];
}

/**
 * Why a person may not approve, or null. Nobody may whom the allowlist does not name, who made the call or stands behind
 * it, or who can act as the service account that the grant serves. `homePolicy` is the policy of the project that this
 * account lives in, or null where it has none.
 */
export function objectionToApprover(
  person: string,
  approvers: readonly string[],
  denial: Denial,
  homePolicy: Policy | null,
): string | null {
  if (approvers.length === 0) return 'the allowlist names no approvers for this, so nobody may approve it';
  if (!approvers.some((approver) => isSameEmail(approver, person))) return `${person} is not among the approvers`;
  const callers = [emailOf(denial.principal), denial.originalPrincipal, ...denial.delegation.map(({ name }) => name)];
  if (callers.some((caller) => caller !== null && isSameEmail(bareAddress(caller), person)))
    return `${person} made the call or stands behind it, and nobody approves their own access`;
  const owning = homePolicy?.bindings.find(
    ({ role, members }) =>
      OWNING_ROLES.has(role) && members.some((member) => isSameMember(member, `user:${person.toLowerCase()}`)),
  );
  return owning === undefined
    ? null
    : `${person} holds ${owning.role} where the service account lives and could act as it; somebody else has to approve`;
}

/**
 * The allowlist with a person's approval in it, for the decision that it asks for. It stands where a rule would: `forbid`
 * beats it, the mode is its ceiling, and every guard has to hold but those that a rule's own words lift.
 */
export function withApproval(
  allowlist: Allowlist,
  {
    member,
    project,
    lastsMilliseconds,
  }: { readonly member: string; readonly project: string; readonly lastsMilliseconds: number | null },
): Allowlist {
  const approval: Rule = {
    id: APPROVAL_RULE,
    effect: 'allow',
    principals: [{ text: member }],
    projects: [{ kind: 'project-id', text: project }],
    permissions: [],
    when: null,
    certainty: 'likely',
    crossProject: 'allowed',
    expiresAfterMilliseconds: lastsMilliseconds,
    limits: NO_LIMITS,
    quietMilliseconds: null,
    channels: null,
    approvers: [],
  };
  const rules = allowlist.rules.filter(({ effect }) => effect === 'forbid' || effect === 'mute');
  return { ...allowlist, rules: [approval, ...rules] };
}

function bareAddress(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

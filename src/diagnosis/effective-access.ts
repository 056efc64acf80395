import type { Permission } from '../iam/permission.ts';
import type { Binding, Condition, Policy } from '../iam/policy.ts';
import { isSameMember } from '../iam/principal.ts';
import { basicRole, isCustomRole, predefinedAiRole, type Role } from '../iam/role.ts';
import { type ConditionState, conditionAt } from '../iam/time-condition.ts';
import type { Timestamp } from '../iam/timestamp.ts';
import { type Evidence, type Finding, knownValue, notReadable } from './evidence.ts';
import type { Question } from './question.ts';

/** One binding through which a member holds a permission, and where it stands. */
export interface AccessPath {
  readonly resource: string;
  readonly role: string;
  readonly condition: Condition | null;
}

/** What the policies that could be read say about one member and one permission. */
export interface EffectiveAccess {
  /** Bindings that held at the time of the call: without a condition, or under one about time that was true. */
  readonly unconditional: readonly AccessPath[];
  /** Bindings under a condition that was false then. */
  readonly unmet: readonly AccessPath[];
  /** Bindings under a condition that is not only about time and cannot be evaluated here. */
  readonly notEvaluated: readonly AccessPath[];
  /** Groups, domains and principal sets that hold the permission: who is in them cannot be seen. */
  readonly throughOthers: readonly string[];
  /** Roles of the member whose permissions could not be read. */
  readonly unknownRoles: readonly string[];
}

/** The policies over a resource: its own first, then those it inherits. */
export interface PolicyStack {
  readonly policies: readonly { readonly resource: string; readonly policy: Finding<Policy> }[];
  readonly boundRoles: ReadonlyMap<string, Finding<Role>>;
}

/** The policies over the project that a denial is about. */
export function policyStack(evidence: Evidence): PolicyStack {
  const own = { resource: 'the project', policy: evidence.policy };
  return { policies: [own, ...evidence.inherited], boundRoles: evidence.boundRoles };
}

/** Finds every way in which a member holds a permission by name. Membership in groups is not seen, and not guessed. */
export function effectiveAccess(
  member: string,
  permission: Permission,
  stack: PolicyStack,
  at: Timestamp,
): EffectiveAccess {
  const bindings = stack.policies.flatMap(({ resource, policy }) =>
    (knownValue(policy)?.bindings ?? []).map((binding) => ({ resource, binding })),
  );
  const own = bindings.filter(({ binding }) => binding.members.some((bound) => isSameMember(bound, member)));
  const holding = own.filter(({ binding }) => holds(binding, permission, stack) === 'holds').map(pathOf);
  return {
    unconditional: holding.filter((path) => stateOf(path, at) === 'held'),
    unmet: holding.filter((path) => stateOf(path, at) === 'unmet'),
    notEvaluated: holding.filter((path) => stateOf(path, at) === 'not-evaluated'),
    throughOthers: bindings
      .filter(({ binding }) => holds(binding, permission, stack) === 'holds')
      .flatMap(({ binding }) => binding.members.filter(isCollective)),
    unknownRoles: own
      .filter(({ binding }) => holds(binding, permission, stack) === 'unknown')
      .map(({ binding }) => binding.role),
  };
}

/** What the policies say about the caller of a denial and one permission, at the time of the call. */
export function accessFor({ denial, evidence }: Question, permission: Permission): EffectiveAccess {
  return effectiveAccess(denial.principal.member ?? '', permission, policyStack(evidence), denial.at);
}

function stateOf({ condition }: AccessPath, at: Timestamp): ConditionState {
  return condition === null ? 'held' : conditionAt(condition, at);
}

function pathOf({ resource, binding }: { readonly resource: string; readonly binding: Binding }): AccessPath {
  return { resource, role: binding.role, condition: binding.condition };
}

function holds(binding: Binding, permission: Permission, stack: PolicyStack): 'holds' | 'lacks' | 'unknown' {
  const shipped = predefinedAiRole(binding.role) ?? basicRole(binding.role);
  if (shipped !== null) return shipped.permissions.has(permission) ? 'holds' : 'lacks';
  // Predefined roles of other services are taken as holding no Vertex AI permission; the refusal agrees with that,
  // unless a condition was in the way.
  if (!isCustomRole(binding.role)) return binding.condition === null ? 'lacks' : 'unknown';
  const role = stack.boundRoles.get(binding.role) ?? notReadable('not looked up');
  if (role.kind === 'absent') return 'lacks';
  return role.kind === 'not-readable' ? 'unknown' : role.value.permissions.has(permission) ? 'holds' : 'lacks';
}

function isCollective(member: string): boolean {
  return /^(?:group:|domain:|principalSet:|allUsers$|allAuthenticatedUsers$)/.test(member);
}

import { knownValue } from '../../diagnosis/evidence.ts';
import { isBasicRole, isCustomRole, policyWritingPermissions, predefinedAiRole, type Role } from '../../iam/role.ts';
import { isServiceAgentRole } from '../../iam/service-agent.ts';
import { DEFAULT_ROLE } from '../allowlist.ts';
import type { GuardResult } from '../decision.ts';
import { check, type GuardInput, notKnown } from '../guard.ts';

/** The role is a predefined Vertex AI role or a narrower custom one, and opens no way to more. */
export function roleMayBeGranted({ allowlist, evidence }: GuardInput): GuardResult {
  const guard = 'role-may-be-granted';
  const role = knownValue(evidence.role);
  if (role === null) return notKnown(guard, `the permissions of ${allowlist.role} could not be read`);
  const objection = objectionTo(role);
  return check(guard, objection === null, `${role.name} may be handed out`, objection ?? '');
}

/** Why a role is never handed out, or null. */
export function objectionTo(role: Role): string | null {
  if (isBasicRole(role.name)) return `${role.name} is a basic role`;
  if (isServiceAgentRole(role.name)) return `${role.name} is for Google's service agents only`;
  const writing = policyWritingPermissions(role);
  if (writing.length > 0) return `${role.name} holds ${writing.join(', ')}, with which its holder could grant roles`;
  if (predefinedAiRole(role.name) !== null) return null;
  if (!isCustomRole(role.name)) return `${role.name} is neither a predefined Vertex AI role nor a custom role`;
  const foreign = [...role.permissions].filter((permission) => !isVertexAi(permission));
  return foreign.length === 0
    ? null
    : `${role.name} holds permissions beyond Vertex AI: ${foreign.slice(0, 5).join(', ')}`;
}

/** The role holds every refused permission. */
export function roleContainsPermission({ allowlist, denial, evidence }: GuardInput): GuardResult {
  const guard = 'role-contains-permission';
  const role = knownValue(evidence.role);
  if (role === null) return notKnown(guard, `the permissions of ${allowlist.role} could not be read`);
  const lacking = denial.permissions.filter((permission) => !role.permissions.has(permission));
  const isContained = lacking.length === 0 && denial.permissions.length > 0;
  return check(
    guard,
    isContained,
    `${role.name} holds every refused permission`,
    `${role.name} does not hold ${lacking.join(', ') || 'a named permission'}`,
  );
}

function isVertexAi(permission: string): boolean {
  return permission.startsWith('aiplatform.') || (predefinedAiRole(DEFAULT_ROLE)?.permissions.has(permission) ?? false);
}

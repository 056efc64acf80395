import { createHash } from 'node:crypto';
import { type Binding, isSameCondition, type Policy } from '../iam/policy.ts';
import { storedMember } from '../iam/principal.ts';

/** Why Resource Manager would refuse a policy, as a gRPC code and message, or null. */
export interface PolicyRefusal {
  readonly code: number;
  readonly message: string;
}

const INVALID_ARGUMENT = 3;
const ABORTED = 10;
const PRINCIPAL_LIMIT = 1500;
const MEMBER =
  /^(?:user|serviceAccount|group|domain|principal|principalSet|deleted:(?:user|serviceAccount|group|principal)):\S+$/;

/**
 * The policy as a caller sees it who asked for a version: below 3, conditions are cut off and their roles renamed
 * (iam/docs/troubleshooting-withcond); without conditions the version is 1.
 */
export function policyAtVersion(policy: Policy, requestedVersion: number): Policy {
  if (!hasConditions(policy)) return { ...policy, version: 1 };
  if (requestedVersion >= 3) return { ...policy, version: 3 };
  return { ...policy, version: 1, bindings: policy.bindings.map(withoutCondition) };
}

/** Checks a write the way Resource Manager does (iam/docs/allow-policies, iam/quotas). An empty etag is not compared. */
export function refusalOf(next: Policy, present: Policy): PolicyRefusal | null {
  if (next.etag !== '' && next.etag !== present.etag) {
    return {
      code: ABORTED,
      message:
        'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
    };
  }
  if ((hasConditions(next) || hasConditions(present)) && next.version < 3)
    return invalid('a policy with conditions has to be written at version 3');
  const members = next.bindings.flatMap((binding) => binding.members);
  if (members.length > PRINCIPAL_LIMIT) return invalid(`a policy holds at most ${PRINCIPAL_LIMIT} principals`);
  const known = new Set(present.bindings.flatMap((binding) => binding.members));
  const wrong = members.find((member) => !MEMBER.test(member) || (member.startsWith('deleted:') && !known.has(member)));
  if (wrong !== undefined) return invalid(`Invalid member: ${wrong}`);
  const basic = next.bindings.find(
    (binding) => binding.condition !== null && /^roles\/(?:owner|editor|viewer)$/.test(binding.role),
  );
  return basic === undefined ? null : invalid(`${basic.role} cannot be granted under a condition`);
}

/** The policy as it is stored: audit settings kept, addresses in lower case, equal bindings merged, empty ones gone. */
export function normalized(next: Policy, present: Policy): Policy {
  const bindings = next.bindings
    .reduce<readonly Binding[]>(mergeInto, [])
    .filter((binding) => binding.members.length > 0);
  const stored = { ...next, bindings, auditConfigs: present.auditConfigs };
  return { ...stored, version: hasConditions(stored) ? 3 : 1 };
}

function mergeInto(bindings: readonly Binding[], binding: Binding): readonly Binding[] {
  const members = binding.members.map(storedMember);
  const at = bindings.findIndex(
    (other) => other.role === binding.role && isSameCondition(other.condition, binding.condition),
  );
  if (at < 0) return [...bindings, { ...binding, members: [...new Set(members)] }];
  return bindings.map((other, index) =>
    index === at ? { ...other, members: [...new Set([...other.members, ...members])] } : other,
  );
}

function hasConditions(policy: Policy): boolean {
  return policy.bindings.some((binding) => binding.condition !== null);
}

function withoutCondition(binding: Binding): Binding {
  if (binding.condition === null) return binding;
  const hash = createHash('sha256').update(JSON.stringify(binding.condition)).digest('hex').slice(0, 20);
  return { ...binding, role: `${binding.role}_withcond_${hash}`, condition: null };
}

function invalid(message: string): PolicyRefusal {
  return { code: INVALID_ARGUMENT, message };
}

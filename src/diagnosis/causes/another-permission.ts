import type { Permission } from '../../iam/permission.ts';
import { serviceOf } from '../../iam/permission.ts';
import { smallestAiRoleWith } from '../../iam/role.ts';
import { type Diagnosis, fromEntry } from '../diagnosis.ts';
import { knownValue } from '../evidence.ts';
import { isPlainRefusal } from '../grantable.ts';
import type { Question } from '../question.ts';

/** A refused permission is not in the one role that Guestlist may hand out. */
export function anotherPermission({ denial, evidence, role }: Question): Diagnosis | null {
  const granted = knownValue(evidence.role);
  if (!isPlainRefusal(denial) || granted === null) return null;
  const missing = denial.permissions.filter((permission) => !granted.permissions.has(permission));
  if (missing.length === 0) return null;
  return {
    cause: 'another-permission',
    certainty: 'certain',
    summary: `${missing.join(', ')} is not in ${role}, the only role Guestlist hands out. ${adviceFor(denial.permissions)}`,
    evidence: [
      fromEntry(`refused ${denial.permissions.join(', ')}`),
      { state: 'absent', source: role, text: `does not hold ${missing.join(', ')}` },
    ],
  };
}

function adviceFor(permissions: readonly Permission[]): string {
  const foreign = permissions.filter((permission) => serviceOf(permission) !== 'aiplatform');
  if (foreign.length > 0) return `${foreign.join(', ')} is outside Vertex AI and takes a role of its own service.`;
  const smallest = smallestAiRoleWith(permissions);
  return smallest === null
    ? 'No predefined Vertex AI role holds it: a custom role is needed.'
    : `The smallest predefined role that holds all of it is ${smallest.name} (${smallest.permissions.size} permissions).`;
}

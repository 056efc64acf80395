import type { Permission } from '../../iam/permission.ts';
import { serviceOf } from '../../iam/permission.ts';
import { predefinedAiRoles, type Role } from '../../iam/role.ts';
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

/** The predefined Vertex AI role with the fewest permissions that holds all of these, or null when none does. */
export function smallestRoleWith(permissions: readonly Permission[]): Role | null {
  const holding = predefinedAiRoles().filter((role) =>
    permissions.every((permission) => role.permissions.has(permission)),
  );
  return holding.reduce<Role | null>(
    (best, role) => (best === null || role.permissions.size < best.permissions.size ? role : best),
    null,
  );
}

/** Roles for permissions outside Vertex AI that its calls are refused for, and the resource they belong on. */
const OTHER_SERVICES: ReadonlyMap<Permission, string> = new Map([
  ['serviceusage.services.use', 'roles/serviceusage.serviceUsageConsumer on the quota project'],
  ['iam.serviceAccounts.getAccessToken', 'roles/iam.serviceAccountTokenCreator on the service account'],
  ['iam.serviceAccounts.actAs', 'roles/iam.serviceAccountUser on the service account'],
  ['storage.objects.get', 'roles/storage.objectViewer on the bucket'],
]);

function adviceFor(permissions: readonly Permission[]): string {
  const other = permissions.flatMap((permission) => OTHER_SERVICES.get(permission) ?? []);
  if (other.length > 0) return `It takes ${other.join(' and ')}.`;
  if (permissions.some((permission) => serviceOf(permission) !== 'aiplatform')) {
    return 'No Vertex AI role holds it: look up the role of the service it belongs to.';
  }
  const smallest = smallestRoleWith(permissions);
  return smallest === null
    ? 'No predefined Vertex AI role holds it: a custom role is needed.'
    : `The smallest predefined role that holds all of it is ${smallest.name} (${smallest.permissions.size} permissions).`;
}

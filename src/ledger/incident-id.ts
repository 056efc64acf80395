import type { Denial } from '../denial/denial.ts';
import { callerName, logProjectName } from '../denial/denial-names.ts';
import { digestAgain } from '../iam/digest.ts';
import { memberKey } from '../iam/principal.ts';
import { formatProject } from '../iam/project.ts';

/**
 * The id of the incident a denial belongs to: same project, principal, permissions and family of cause. A digest, so
 * that no text of an entry becomes a key.
 */
export function incidentIdOf(denial: Denial): string {
  const project = denial.scope.kind === 'project' ? formatProject(denial.scope.project) : logProjectName(denial);
  const principal = memberKey(callerName(denial));
  return `i-${digestAgain([project, principal, [...denial.permissions].sort().join(' '), familyOf(denial), logProjectName(denial), denial.permissionSource, denial.origin])}`;
}

function familyOf(denial: Denial): string {
  if (denial.perimeter !== null) return 'service-perimeter';
  const reasons = denial.errors.map((error) => error.reason).filter((reason) => reason !== 'IAM_PERMISSION_DENIED');
  return [`status-${denial.status.code}`, ...reasons].join(' ');
}

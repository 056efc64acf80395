import type { Denial } from '../../denial/denial.ts';
import { type Diagnosis, fromEntry } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';

/** gRPC status codes by which Vertex AI refuses: PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAUTHENTICATED. */
const REFUSALS: ReadonlySet<number> = new Set([7, 8, 16]);
const FAILED_PRECONDITION = 9;

/** The call was not refused, or the entry only says what a policy under trial would have refused. */
export function notDenied({ denial }: EntryQuestion): Diagnosis | null {
  switch (denial.dryRun) {
    case 'perimeter-dry-run':
      return answer(
        'A service perimeter in dry run would have refused this call; it went through.',
        'metadata.dryRun is true: status and severity look like a refusal, the call was not blocked',
      );
    case 'organization-policy-dry-run':
      return answer(
        'An organization policy in dry run would have refused this call; it went through.',
        'metadata is an organization policy dry run whose live result is not DENIED',
      );
    case 'enforced':
      return isRefusal(denial)
        ? null
        : answer(
            'The call was not refused.',
            `status ${denial.status.code} is no refusal (refusals are 7, 8, 16, and 9 with a policy violation)`,
          );
  }
}

function isRefusal(denial: Denial): boolean {
  const { code } = denial.status;
  if (REFUSALS.has(code)) return true;
  if (code === FAILED_PRECONDITION) return denial.perimeter !== null || denial.policyViolations.length > 0;
  // A violation record whose status a tool has cut off is still a record of a blocked call.
  return code === 0 && denial.perimeter !== null && denial.permissionSource !== 'authorization-info';
}

function answer(summary: string, why: string): Diagnosis {
  return { cause: 'not-denied', certainty: 'certain', summary, evidence: [fromEntry(why)] };
}

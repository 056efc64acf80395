import type { Diagnosis, EvidenceNote } from '../diagnosis.ts';
import { type AccessPath, accessFor } from '../effective-access.ts';
import { isPlainRefusal } from '../grantable.ts';
import type { Question } from '../question.ts';

/** The caller holds a role with the permission, but only under a condition that did not hold at the time of the call. */
export function conditionUnmet(question: Question): Diagnosis | null {
  const { denial } = question;
  if (!isPlainRefusal(denial) || denial.principal.member === null) return null;
  const accesses = denial.permissions.map((permission) => accessFor(question, permission));
  const lacking = accesses.filter((access) => access.unconditional.length === 0);
  const isConditional =
    lacking.length > 0 && lacking.every((access) => access.unmet.length + access.notEvaluated.length > 0);
  if (!isConditional) return null;
  const notEvaluated = lacking.flatMap((access) => access.notEvaluated);
  const unmet = lacking.flatMap((access) => access.unmet);
  return {
    cause: 'condition-unmet',
    certainty: notEvaluated.length === 0 && question.evidence.policy.kind === 'known' ? 'certain' : 'likely',
    summary: summaryOf(unmet, denial.at),
    evidence: [
      ...unmet.map((path) => note(path, `did not hold at ${denial.at}`)),
      ...notEvaluated.map((path) => note(path, 'was not evaluated')),
    ],
  };
}

function summaryOf([expired]: readonly AccessPath[], at: string): string {
  return expired === undefined
    ? 'The caller holds the role only under a condition that cannot be evaluated here and did not hold. Only a new time-limited grant helps.'
    : `The caller holds ${expired.role} only under a condition that was false at ${at} (${expired.condition?.expression}). Only a new time-limited grant helps.`;
}

function note(path: AccessPath, what: string): EvidenceNote {
  return {
    state: what === 'was not evaluated' ? 'not-readable' : 'known',
    source: path.resource,
    text: `${path.role} under the condition ${path.condition?.expression} (${path.condition?.title}), which ${what}`,
  };
}

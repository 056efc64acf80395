import { formatProject } from '../../iam/project.ts';
import { crossingOf } from '../crossing.ts';
import type { Diagnosis, EvidenceNote } from '../diagnosis.ts';
import { knownValue } from '../evidence.ts';
import { grantableCase } from '../grantable.ts';
import type { Question } from '../question.ts';

/** The caller holds no role with the refused permission, and nothing else explains the refusal. */
export function missingRole(question: Question): Diagnosis | null {
  const { denial, evidence } = question;
  const found = grantableCase(question);
  if (found === null || denial.scope.kind !== 'project') return null;
  const project = knownValue(evidence.project)?.id ?? formatProject(denial.scope.project);
  const crossing = crossingOf(denial, evidence);
  const doubts: readonly EvidenceNote[] =
    crossing.kind === 'not-known'
      ? [
          {
            state: 'not-readable',
            source: 'Resource Manager',
            text: `whether ${crossing.home}, where the caller lives, is this project`,
          },
        ]
      : [];
  return {
    cause: 'missing-role',
    certainty: doubts.length > 0 ? 'likely' : found.certainty,
    summary: `${found.member} holds no role with ${denial.permissions.join(', ')} on project ${project}.`,
    evidence: [...found.notes, ...doubts],
  };
}

import type { Denial } from '../../denial/denial.ts';
import { type Diagnosis, type EvidenceNote, fromEntry } from '../diagnosis.ts';
import { accessFor } from '../effective-access.ts';
import type { Question } from '../question.ts';

/** Nothing fits. Says what was looked at, so that a person can go on from there. */
export function unknown(question: Question): Diagnosis {
  const { denial } = question;
  const held = heldNotes(question);
  return {
    cause: 'unknown',
    certainty: 'unknown',
    summary:
      held.length > 0
        ? 'The caller holds the permission already, so another grant would change nothing.'
        : whyUnknown(denial),
    evidence: [
      fromEntry(`status ${denial.status.code}${denial.errors.map((error) => `, reason ${error.reason}`).join('')}`),
      fromEntry(
        `refused permissions: ${denial.permissions.length === 0 ? 'none named' : denial.permissions.join(', ')}`,
      ),
      ...held,
    ],
  };
}

function whyUnknown(denial: Denial): string {
  const reasons = denial.errors
    .map((error) => error.reason)
    .filter((reason) => reason !== '' && reason !== 'IAM_PERMISSION_DENIED');
  if (reasons.length > 0) return `The call was refused for the reason ${reasons.join(', ')}, which no role undoes.`;
  if (denial.status.code !== 7) return `The call was refused with status ${denial.status.code}, which no role undoes.`;
  if (denial.permissions.length === 0) return 'The entry names no refused permission.';
  if (denial.scope.kind !== 'project') return 'The entry does not say in which project the resource is.';
  return 'Nothing that could be looked at explains the refusal.';
}

function heldNotes(question: Question): readonly EvidenceNote[] {
  const { denial } = question;
  const { member } = denial.principal;
  if (member === null || denial.status.code !== 7) return [];
  return denial.permissions
    .flatMap((permission) => accessFor(question, permission).unconditional)
    .map((path) => ({ state: 'known', source: path.resource, text: `binds the caller to ${path.role}` }));
}

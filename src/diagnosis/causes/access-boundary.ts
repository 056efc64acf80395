import type { Diagnosis } from '../diagnosis.ts';
import { isPlainRefusal } from '../grantable.ts';
import type { Question } from '../question.ts';

/** A principal access boundary keeps the caller from the resource, whatever its roles (iam/docs/pab-blocked-permissions). */
export function accessBoundary({ denial, evidence }: Question): Diagnosis | null {
  const { explanation } = evidence;
  if (!isPlainRefusal(denial) || explanation.kind !== 'known' || explanation.value.denied !== 'access-boundary')
    return null;
  const { policy } = explanation.value;
  return {
    cause: 'access-boundary',
    certainty: 'certain',
    summary: `A principal access boundary keeps the caller from this resource${policy === '' ? '' : ` (${policy})`}. No role helps: the boundary has to admit the project.`,
    evidence: [
      { state: 'known', source: 'Policy Troubleshooter', text: `blocked by an access boundary ${policy}`.trim() },
    ],
  };
}

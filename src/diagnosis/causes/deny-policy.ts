import type { Diagnosis, EvidenceNote } from '../diagnosis.ts';
import { isPlainRefusal } from '../grantable.ts';
import { heldAccess } from '../held-access.ts';
import type { Question } from '../question.ts';

/** A deny policy refuses the call, which is checked before any role (iam/docs/deny-overview). */
export function denyPolicy(question: Question): Diagnosis | null {
  const { evidence, denial } = question;
  const { explanation } = evidence;
  if (isPlainRefusal(denial) && explanation.kind === 'known' && explanation.value.denied === 'deny-policy') {
    const { policy } = explanation.value;
    return {
      cause: 'deny-policy',
      certainty: 'certain',
      summary: `A deny policy refuses the call${policy === '' ? '' : ` (${policy})`}. No role helps: the deny policy needs an exception, or the caller another way.`,
      evidence: [{ state: 'known', source: 'Policy Troubleshooter', text: `denied by a deny policy ${policy}`.trim() }],
    };
  }
  return heldAlready(question);
}

// The entry of a deny or boundary refusal looks like that of a missing role; who holds the permission and is refused
// all the same meets one of the two.
function heldAlready(question: Question): Diagnosis | null {
  const held = heldAccess(question);
  const { explanation, pastGrant } = question.evidence;
  if (held.kind !== 'held' || explanation.kind === 'known') return null;
  const notes: readonly EvidenceNote[] = held.paths.map((path) => ({
    state: 'known',
    source: path.resource,
    text: `binds the caller to ${path.role}`,
  }));
  return {
    cause: 'deny-policy',
    certainty: 'likely',
    summary: `${pastGrant === null ? 'The caller holds the permission already' : `The grant of ${pastGrant.at} did not help`}, so another grant would change nothing. A deny policy or a principal access boundary refuses the call.`,
    evidence: [
      ...notes,
      {
        state: 'not-readable',
        source: 'deny policies and access boundaries',
        text: 'were not looked at; the Policy Troubleshooter shows which it is',
      },
    ],
  };
}

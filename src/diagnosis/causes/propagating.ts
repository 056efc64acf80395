import type { Diagnosis } from '../diagnosis.ts';
import { heldAccess } from '../held-access.ts';
import type { Question } from '../question.ts';

/** A grant usually takes effect within 2 minutes, sometimes 7 or longer (iam/docs/access-change-propagation). */
export const PROPAGATION_MINUTES = 10;

/** The binding is there already, but so young that it may not have taken effect when the call was refused. */
export function propagating(question: Question): Diagnosis | null {
  const { denial, evidence } = question;
  const { pastGrant } = evidence;
  if (pastGrant === null || heldAccess(question).kind !== 'held') return null;
  const grantedAt = pastGrant.at;
  const minutes = (Date.parse(denial.at) - Date.parse(grantedAt)) / 60_000;
  if (minutes >= PROPAGATION_MINUTES) return null;
  return {
    cause: 'propagating',
    certainty: 'certain',
    summary:
      minutes < 0
        ? `The role was granted at ${grantedAt}, after this call was refused. Call again.`
        : `The role was granted at ${grantedAt} and takes some minutes to take effect. Wait, and call again.`,
    evidence: [
      { state: 'known', source: 'ledger', text: `Guestlist granted it at ${grantedAt} (report ${pastGrant.reportId})` },
    ],
  };
}

import type { Allowlist } from '../decision/allowlist.ts';
import { approversFor, type Obstacle, objectionToApprover, obstacleToApproval } from '../decision/approval.ts';
import type { ProposalRecord } from '../ledger/records.ts';

/** What somebody can do about a proposal, as far as the allowlist and the proposal itself tell. */
export type Standing =
  /** The policies that are looked at on the click may still say no. */
  | { readonly kind: 'may-approve' }
  | { readonly kind: 'somebody-else'; readonly why: string }
  | { readonly kind: 'nobody'; readonly why: string };

/** True for a proposal that can be decided: also where an approval of it came to nothing. */
export function isWaiting({ state }: ProposalRecord): boolean {
  return state === 'open' || state === 'approved';
}

/** Whether a person (e-mail address) may approve a proposal, somebody else may, or nobody. */
export function standingOf({ report, denial }: ProposalRecord, person: string, allowlist: Allowlist): Standing {
  const { decision, diagnosis } = report;
  if (denial === null)
    return { kind: 'nobody', why: 'Its entry was too large to keep and decide again. Grant it by hand.' };
  const obstacle = obstacleToApproval(allowlist, decision, diagnosis.certainty);
  if (obstacle !== null) return { kind: 'nobody', why: obstacleText(obstacle) };
  const approvers = approversFor(allowlist, decision.rules);
  const objection = objectionToApprover(person, approvers, denial);
  if (objection === null) return { kind: 'may-approve' };
  return { kind: 'somebody-else', why: `${objection}. Its approvers: ${named(approvers)}.` };
}

/** Who may approve a proposal, by name. */
export function decidersOf({ report }: ProposalRecord, allowlist: Allowlist): string {
  return named(approversFor(allowlist, report.decision.rules));
}

function obstacleText(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'forbidden':
      return `Rule ${obstacle.ruleId} forbids it. To allow it, the rule has to change.`;
    case 'guard':
      return `Guard ${obstacle.guard.guard} ${obstacle.guard.result === 'failed' ? 'failed' : 'could not be told'}: ${obstacle.guard.detail}. No approval lifts that; it can only be granted by hand.`;
    case 'not-sure':
      return 'Why the call was refused is not known. It can only be granted by hand.';
    case 'mode':
      return `The mode of the allowlist is ${obstacle.mode}, so nothing is applied. It can only be granted by hand.`;
    case 'no-approvers':
      return 'The allowlist names no approvers for it. It can only be granted by hand.';
  }
}

const NAMED = 5;

/** Names of people, the first of many. */
export function named(people: readonly string[]): string {
  const more = people.length - NAMED;
  return `${people.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

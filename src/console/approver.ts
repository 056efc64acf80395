import type { Allowlist } from '../decision/allowlist.ts';
import { approversFor, isApprovable, objectionToApprover } from '../decision/approval.ts';
import { isSameEmail } from '../iam/email.ts';
import type { ProposalRecord } from '../ledger/records.ts';

/** What somebody can do about a proposal, as far as the allowlist and the proposal itself tell. */
export type Standing =
  /** The policies that are looked at on the click may still say no. */
  | { readonly kind: 'may-approve' }
  | { readonly kind: 'somebody-else'; readonly why: string }
  | { readonly kind: 'nobody'; readonly why: string };

/** Whether a person (e-mail address) may approve a proposal, somebody else may, or nobody. */
export function standingOf({ report, denial }: ProposalRecord, person: string, allowlist: Allowlist): Standing {
  const { decision, diagnosis } = report;
  const approvers = approversFor(allowlist, decision.rules);
  if (denial === null) return { kind: 'nobody', why: 'Its entry was too large to keep; grant it by hand.' };
  if (allowlist.mode !== 'apply')
    return { kind: 'nobody', why: `The allowlist’s mode is ${allowlist.mode}: nothing is applied. Grant it by hand.` };
  if (approvers.length === 0)
    return { kind: 'nobody', why: 'The allowlist names no approvers for it. Grant it by hand.' };
  if (!isApprovable(allowlist, decision, diagnosis.certainty))
    return {
      kind: 'nobody',
      why: 'A rule forbids it, or a guard failed that no approval lifts. Grant it by hand, if it should be allowed.',
    };
  const objection = objectionToApprover(person, approvers, denial);
  return objection === null ? { kind: 'may-approve' } : { kind: 'somebody-else', why: `${capital(objection)}.` };
}

/** True for whoever may say no to a proposal: its approvers, also for their own calls. */
export function mayDismiss({ report }: ProposalRecord, person: string, allowlist: Allowlist): boolean {
  return approversFor(allowlist, report.decision.rules).some((approver) => isSameEmail(approver, person));
}

const NAMED = 5;

/** Who may approve a proposal, by name. */
export function decidersOf({ report }: ProposalRecord, allowlist: Allowlist): string {
  const approvers = approversFor(allowlist, report.decision.rules);
  const more = approvers.length - NAMED;
  return `${approvers.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

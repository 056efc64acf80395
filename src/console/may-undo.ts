import type { Allowlist } from '../decision/allowlist.ts';
import { approversFor, mayDecide } from '../decision/approval.ts';
import { isSameEmail } from '../iam/email.ts';
import type { GrantRecord } from '../ledger/records.ts';
import { isApprover } from './admit.ts';

/**
 * True for whoever may take a grant back: the approvers of the file, those of the rule that made it, and who approved it,
 * as long as they may approve anything.
 */
export function mayUndo({ report, approvedBy }: GrantRecord, person: string, allowlist: Allowlist): boolean {
  if (approvedBy !== null && isSameEmail(approvedBy, person)) return isApprover(person, allowlist);
  return mayDecide(person, allowlist, report.decision.rules);
}

/** Those people, as far as they are known beforehand. */
export function whoMayUndo({ report, approvedBy }: GrantRecord, allowlist: Allowlist): readonly string[] {
  const approvers = approversFor(allowlist, report.decision.rules);
  const isOther =
    approvedBy !== null && !approvers.some((one) => isSameEmail(one, approvedBy)) && isApprover(approvedBy, allowlist);
  return isOther ? [...approvers, approvedBy] : approvers;
}

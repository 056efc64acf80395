import type { Viewers } from '../console-config.ts';
import type { Allowlist } from '../decision/allowlist.ts';
import { allApprovers } from '../decision/approval.ts';
import { domainOf, isSameEmail } from '../iam/email.ts';

/** True for whoever may approve something. */
export function isApprover(person: string, allowlist: Allowlist): boolean {
  return allApprovers(allowlist).some((approver) => isSameEmail(approver, person));
}

/** True for whoever may look: approvers, and whom the installation lets. A domain is compared whole. */
export function mayLook(person: string, viewers: Viewers, allowlist: Allowlist): boolean {
  if (viewers.kind === 'everybody' || isApprover(person, allowlist)) return true;
  return viewers.names.some((name) => (name.includes('@') ? isSameEmail(name, person) : name === domainOf(person)));
}

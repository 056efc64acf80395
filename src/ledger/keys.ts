import { digest } from '../iam/digest.ts';
import { memberKey } from '../iam/principal.ts';
import type { Change } from '../remediation/change.ts';
import type { CollectionName, Key } from './document-store.ts';

export const DAY_MILLISECONDS = 86_400_000;

/** The key of one document. */
export function keyOf<C extends CollectionName>(collection: C, id: string): Key<C> {
  return { collection, id };
}

/** The key of an entry: a digest, for its text is written by whoever sends entries. */
export function entryKeyOf(entryId: string): string {
  return `e-${digest([entryId])}`;
}

/** The id of a grant: the same binding is the same grant. */
export function grantIdOf({ project, role, member, condition }: Omit<Change, 'expiresAt'>): string {
  return `g-${digest([project, role, memberKey(member), condition?.title ?? ''])}`;
}

/** The id of what one member holds by one role in one project. */
export function accessIdOf(project: string, role: string, member: string): string {
  return `a-${digest([project, role, memberKey(member)])}`;
}

/** The id of the proposal of an incident: there is one at a time, and a newer one takes its place. */
export function proposalIdOf(incidentId: string): string {
  return `p-${digest([incidentId])}`;
}

/** What stands for an address where it is only compared, without regard to case. */
export function addressDigest(address: string): string {
  return digest([address.slice(address.indexOf(':') + 1).toLowerCase()]);
}

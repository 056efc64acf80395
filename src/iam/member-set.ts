import { isSameMember } from './principal.ts';

/** True for a member that stands for one account; all others are sets of accounts (iam/docs/principal-identifiers). */
export function isOneAccount(member: string): boolean {
  return /^(?:user:|serviceAccount:|principal:\/\/|deleted:)/.test(member);
}

/** True when a member names this person, by a Google account or as the subject of a pool. */
export function isPerson(member: string, email: string): boolean {
  if (isSameMember(member, `user:${email}`)) return true;
  return member.startsWith('principal://') && member.toLowerCase().endsWith(`/subject/${email.toLowerCase()}`);
}

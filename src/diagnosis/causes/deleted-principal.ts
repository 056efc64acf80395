import { isSameMember } from '../../iam/principal.ts';
import { type Diagnosis, fromEntry } from '../diagnosis.ts';
import { knownValue } from '../evidence.ts';
import type { EntryQuestion, Question } from '../question.ts';

/** The caller is a deleted account. Deleted members must not be added to policies (iam/docs/principal-identifiers). */
export function deletedPrincipal({ denial }: EntryQuestion): Diagnosis | null {
  if (denial.principal.kind !== 'deleted') return null;
  return {
    cause: 'deleted-principal',
    certainty: 'certain',
    summary: 'The caller is a deleted account, which cannot be granted anything.',
    evidence: [fromEntry('the caller stands in the entry in its deleted form')],
  };
}

/**
 * The policy holds the caller only in its deleted form: the account was deleted, perhaps made again under the same
 * name, and a new account of that name is a different identity.
 */
export function deletedInPolicy({ denial, evidence }: Question): Diagnosis | null {
  const { member } = denial.principal;
  if (member === null) return null;
  const policies = [evidence.policy, ...evidence.inherited.map((finding) => finding.policy)];
  const members = policies
    .flatMap((policy) => knownValue(policy)?.bindings ?? [])
    .flatMap((binding) => binding.members);
  const isLive = members.some((bound) => isSameMember(bound, member));
  const deleted = members.find((bound) => bound.startsWith('deleted:') && isSameMember(liveForm(bound), member));
  if (isLive || deleted === undefined) return null;
  return {
    cause: 'deleted-principal',
    certainty: 'likely',
    summary:
      'The policies hold this caller only as a deleted account. A new account of the same name is another identity: a person has to remove the deleted member first.',
    evidence: [{ state: 'known', source: 'policies', text: `hold ${deleted}` }],
  };
}

function liveForm(deleted: string): string {
  return deleted.slice('deleted:'.length).replace(/\?uid=[0-9]+$/, '');
}

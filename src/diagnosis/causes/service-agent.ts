import { type Diagnosis, fromEntry } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';

/** The caller is one of Google's service agents, which hold roles of their own and are never granted others here. */
export function serviceAgent({ denial }: EntryQuestion): Diagnosis | null {
  const { principal, originalPrincipal } = denial;
  if (principal.kind !== 'service-agent') return null;
  const behind = originalPrincipal === null ? [] : [fromEntry(`the agent acted for ${originalPrincipal}`)];
  return {
    cause: 'service-agent',
    certainty: 'certain',
    summary: `The caller is a Google service agent. It needs its own service agent role back, which a person grants${originalPrincipal === null ? '' : '; the caller behind it may be the one who lacks access'}.`,
    evidence: [fromEntry(`${principal.email} is in a domain of Google's service agents`), ...behind],
  };
}

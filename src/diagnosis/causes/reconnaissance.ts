import { type Diagnosis, fromEntry } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';

/**
 * The caller was refused many different permissions, or in many projects, within a short time. A denial proves asking,
 * not entitlement, and asking around looks like somebody who explores: it goes to security and nothing is granted.
 */
export function reconnaissance({ denial, suspicion }: EntryQuestion): Diagnosis | null {
  if (suspicion.kind === 'none' || denial.principal.member === null) return null;
  const { permissions, projects, windowMinutes } = suspicion;
  const extent = `${count(permissions, 'permission')} in ${count(projects, 'project')} within ${count(windowMinutes, 'minute')}`;
  return {
    cause: 'reconnaissance',
    certainty: 'likely',
    summary: `${denial.principal.member} was refused ${extent}. That looks like somebody exploring; nothing is granted.`,
    evidence: [fromEntry(extent)],
  };
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

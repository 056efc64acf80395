import type { PolicyViolation } from '../../denial/denial.ts';
import { plainLine, quoteShell } from '../quote-shell.ts';
import type { Remedy } from '../report.ts';
import { gcloud, note } from './remedy-kinds.ts';
import type { CauseRemedies } from './remedy-question.ts';

/** An organization policy forbids the call: which it is, and what to ask for. */
export const organizationPolicy: CauseRemedies = ({ denial, facts }) => {
  const { policyViolations } = denial;
  const lines = policyViolations.length === 0 ? ['Ask for an exception to the constraint.'] : policyViolations.map(ask);
  return [
    note('Ask who administers organization policies', lines.join('\n')),
    ...policyViolations.slice(0, CONSTRAINTS_LIMIT).flatMap((violation) => look(violation, facts.project)),
  ];
};

const CONSTRAINTS_LIMIT = 5;
const CONSTRAINT = /^constraints\/((?:custom\.)?[A-Za-z][A-Za-z0-9.]{1,100})$/;

function ask({ constraint, value }: PolicyViolation): string {
  const name = constraint === '' ? 'the constraint' : plainLine(constraint);
  return value === null
    ? `Ask for an exception to ${name}.`
    : `Ask to add ${plainLine(value)} to the allowed values of ${name}, or use an allowed one.`;
}

function look({ constraint }: PolicyViolation, project: string): readonly Remedy[] {
  const name = CONSTRAINT.exec(constraint)?.[1];
  if (name === undefined || project === '') return [];
  const command = `gcloud org-policies describe ${quoteShell(name)} --effective --project=${quoteShell(project)}`;
  return [gcloud(`See what ${name} allows in the project`, command)];
}

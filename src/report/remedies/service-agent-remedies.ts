import { emailOf } from '../../iam/principal.ts';
import { consoleLinks } from '../console-links.ts';
import { plainLine } from '../quote-shell.ts';
import { CONFLICT_NOTE, checkRemedy, gcloudGrant } from './grant-commands.ts';
import { gcloud, note } from './remedy-kinds.ts';
import type { CauseRemedies } from './remedy-question.ts';
import { roleOfServiceAgent } from './service-agent-roles.ts';

/** A service agent of Google lacks its role: which one that is, and how to give it back. */
export const serviceAgent: CauseRemedies = ({ denial, facts }) => {
  const { principal, originalPrincipal } = denial;
  const email = emailOf(principal);
  const role = email === null ? null : roleOfServiceAgent(email);
  const behind =
    originalPrincipal === null ? '' : ` It acted for ${plainLine(originalPrincipal)}: check what that caller may do.`;
  const advice = note(
    'Give the service agent its own role back',
    role === null
      ? `Google grants a service agent its role when the API is enabled. If somebody removed it, find the agent in the list of service agents in the IAM documentation and grant the role named there.${behind}`
      : `Its own role is ${role}. Google grants it when the API is enabled; if somebody removed it, grant it again in the project of the resource.${behind}`,
  );
  if (role === null || principal.member === null || denial.scope.kind !== 'project') return [advice];
  const change = { project: facts.project, role, member: principal.member, condition: null, expiresAt: null };
  return [
    advice,
    { ...gcloud('Grant its own role with gcloud', gcloudGrant(change)), link: consoleLinks.iam(change.project) },
    checkRemedy(change),
    CONFLICT_NOTE,
  ];
};

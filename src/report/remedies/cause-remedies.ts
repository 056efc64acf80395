import type { Denial } from '../../denial/denial.ts';
import type { Cause } from '../../diagnosis/diagnosis.ts';
import { emailOf } from '../../iam/principal.ts';
import { formatProject, parseProject } from '../../iam/project.ts';
import { consoleLinks } from '../console-links.ts';
import { plainLine, quoteShell } from '../quote-shell.ts';
import type { Remedy } from '../report.ts';
import { gcloudGrant } from './grant-commands.ts';
import { perimeterRemedies } from './perimeter-remedies.ts';
import { foreignRoles, roleAdvice } from './role-advice.ts';
import { roleOfServiceAgent } from './service-agent-roles.ts';

/** What a person can do about a cause that no grant of Guestlist's own helps; each cause has its own advice. */
export const causeRemedies: Readonly<Record<Cause, (denial: Denial) => readonly Remedy[]>> = {
  'not-denied': () => [],
  'out-of-scope': () => [],
  'own-call': () => [
    note(
      'Find out who calls as Guestlist',
      'Guestlist never calls Vertex AI. Look for a workload that runs as its service account, and for keys of that account.',
    ),
  ],
  throttled: () => [
    note(
      'Ask for less, or for more quota',
      'Retry with exponential backoff, spread the load over regions or the global endpoint, or raise the quota of the model under IAM & Admin > Quotas. Provisioned Throughput reserves capacity. Some guides call this "Error 1153"; Google documents no such number.',
    ),
  ],
  unauthenticated: () => [
    note(
      'Renew the credentials',
      'The token is missing, expired or of a kind the API does not take. Sign in again (gcloud auth application-default login), or check how the workload gets its token.',
    ),
  ],
  reconnaissance: () => [
    note(
      'Hand it to security',
      'Find out what the caller was doing: list its other refusals in Logs Explorer, check when its keys were last used, and disable it if nobody can explain it. Guestlist grants it nothing while this goes on.',
    ),
  ],
  'service-perimeter': (denial) => (denial.perimeter === null ? [] : perimeterRemedies(denial, denial.perimeter)),
  'organization-policy': organizationPolicyRemedies,
  'service-disabled': (denial) => [
    {
      kind: 'gcloud',
      title: 'Enable the Vertex AI API',
      text: `gcloud services enable aiplatform.googleapis.com --project=${quoteShell(consumerOf(denial))}`,
    },
    note('Then wait', 'It takes some minutes until calls go through.'),
  ],
  'billing-disabled': () => [
    note('Link a billing account', 'Open Billing for the project in the console and link an active billing account.'),
  ],
  'insufficient-scope': () => [
    note(
      'Issue the token with the right scope',
      'Use the scope https://www.googleapis.com/auth/cloud-platform. Virtual machines and node pools get theirs when they are made: set the scope there. If the error names generativelanguage.googleapis.com, the client called another API than Vertex AI.',
    ),
  ],
  'consumer-invalid': () => [
    note(
      'Correct the project',
      'Check the project id the client uses: a display name, a placeholder or a deleted project gives this. If it is right, sign in again: a stale login gives it too.',
    ),
  ],
  'quota-project': () => [
    note(
      'Set the quota project',
      'gcloud auth application-default set-quota-project PROJECT, or the header x-goog-user-project. The caller needs serviceusage.services.use there.',
    ),
    ...foreignRoles(['serviceusage.services.use']),
  ],
  'account-disabled': () => [
    note(
      'Restore the account',
      'Check whether the account is disabled or deleted (IAM > Service Accounts, or the Workspace administrator), and whether the service is turned on for it.',
    ),
  ],
  'blocked-key': () => [
    note(
      'Change the key or its restrictions',
      'Look the key up under APIs & Services > Credentials. Vertex AI is better called with a service account than with a key.',
    ),
  ],
  'caller-withheld': withheldRemedies,
  'deleted-principal': () => [
    note(
      'Remove the deleted member first',
      'Take the deleted: member out of the policy, then let the present account be refused once more or grant it by hand. A new account of the same name is another identity.',
    ),
  ],
  'service-agent': serviceAgentRemedies,
  'another-permission': roleAdvice,
  'deny-policy': troubleshootRemedies,
  'access-boundary': troubleshootRemedies,
  'condition-unmet': () => [
    note(
      'Renew it for a time',
      'The access was limited on purpose. Renew it with a new end, or change the condition; do not grant it for good.',
    ),
  ],
  propagating: () => [
    note(
      'Wait',
      'A grant takes 2 minutes as a rule, sometimes 7 or more. If calls are still refused after 10 minutes, the next report says what else it can be.',
    ),
  ],
  'cross-project': () => [
    note(
      'Grant it where the resource is',
      'A role in the home project of the service account does not count for a call to another project. Either grant it in the project of the resource, or let the workload call its own project.',
    ),
  ],
  'missing-role': () => [],
  unknown: unknownRemedies,
};

function organizationPolicyRemedies(denial: Denial): readonly Remedy[] {
  const lines = denial.policyViolations.map(({ constraint, value }) => {
    const name = constraint === '' ? 'the constraint' : plainLine(constraint);
    return value === null
      ? `Ask for an exception to ${name}.`
      : `Ask to add ${plainLine(value)} to the allowed values of ${name}, or use an allowed one.`;
  });
  const text = lines.length === 0 ? 'Ask for an exception to the constraint.' : lines.join('\n');
  return [note('Ask who administers organization policies', text)];
}

function troubleshootRemedies(denial: Denial): readonly Remedy[] {
  const { principal, permissions, scope } = denial;
  const email = emailOf(principal);
  const [permission] = permissions;
  const command =
    email === null || permission === undefined || scope.kind !== 'project'
      ? []
      : [troubleshootCommand(email, permission, formatProject(scope.project))];
  return [
    ...command,
    ...troubleshooterLink(denial),
    note(
      'Ask who administers deny policies and access boundaries',
      'A deny policy can except a principal; a boundary has to admit the project. Neither is undone by a role.',
    ),
  ];
}

function troubleshootCommand(email: string, permission: string, project: string): Remedy {
  const resource = quoteShell(`//cloudresourcemanager.googleapis.com/projects/${project}`);
  return {
    kind: 'gcloud',
    title: 'See which policy refuses it',
    text: `gcloud policy-intelligence troubleshoot-policy iam ${resource} \\\n  --principal-email=${quoteShell(email)} \\\n  --permission=${quoteShell(permission)}`,
  };
}

function troubleshooterLink(denial: Denial): readonly Remedy[] {
  return denial.troubleshooterLink === null
    ? []
    : [
        {
          kind: 'console',
          title: 'Open the Policy Troubleshooter',
          text: 'Google made this link for the refused call.',
          link: denial.troubleshooterLink,
        },
      ];
}

// The consumer that the error names, when it can be one.
function consumerOf(denial: Denial): string {
  const named = denial.errors.map((error) => (error.metadata.get('consumer') ?? '').replace(/^projects\//, ''));
  const consumer =
    named.map(parseProject).find((project) => project !== null) ??
    (denial.scope.kind === 'project' ? denial.scope.project : null);
  return consumer === null ? 'PROJECT' : formatProject(consumer);
}

function withheldRemedies(denial: Denial): readonly Remedy[] {
  const address = denial.callerIp === null ? '' : ` The call came from ${plainLine(denial.callerIp)}.`;
  const way = denial.delegation.flatMap((link) => link.name ?? []).map(plainLine);
  const chain = way.length === 0 ? '' : ` It was made on behalf of ${way.join(', then ')}.`;
  return [
    note(
      'Find the caller',
      `Ask who called ${plainLine(denial.method)} at ${denial.at}.${address}${chain} Cloud Audit Logs leaves out the address of people whose read-only calls are refused; it never leaves out service accounts. The person sees the same refusal and can say who they are; a successful call of theirs a moment earlier, from the same address, names them too.`,
    ),
  ];
}

function serviceAgentRemedies(denial: Denial): readonly Remedy[] {
  const { principal, scope, originalPrincipal } = denial;
  const behind =
    originalPrincipal === null ? '' : ` It acted for ${plainLine(originalPrincipal)}: check what that caller may do.`;
  const email = emailOf(principal);
  const role = email === null ? null : roleOfServiceAgent(email);
  const advice = note(
    'Give the service agent its own role back',
    role === null
      ? `Google grants a service agent its role when the API is enabled. If somebody removed it, find the agent in the list of service agents in the IAM documentation and grant the role named there.${behind}`
      : `Its own role is ${role}. Google grants it when the API is enabled; if somebody removed it, grant it again in the project of the resource.${behind}`,
  );
  if (role === null || principal.member === null || scope.kind !== 'project') return [advice];
  const change = {
    project: formatProject(scope.project),
    role,
    member: principal.member,
    condition: null,
    expiresAt: null,
  };
  return [
    advice,
    {
      kind: 'gcloud',
      title: 'Grant its own role with gcloud',
      text: gcloudGrant(change),
      link: consoleLinks.iam(change.project),
    },
  ];
}

function unknownRemedies(denial: Denial): readonly Remedy[] {
  return [
    ...troubleshooterLink(denial),
    note(
      'Look further',
      'Deny policies, principal access boundaries, an API that is not enabled and a token without the cloud-platform scope give the same status. The Policy Troubleshooter shows the first two.',
    ),
  ];
}

function note(title: string, text: string): Remedy {
  return { kind: 'note', title, text };
}

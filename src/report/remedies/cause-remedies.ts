import type { Denial } from '../../denial/denial.ts';
import { smallestRoleWith } from '../../diagnosis/causes/another-permission.ts';
import type { Cause } from '../../diagnosis/diagnosis.ts';
import { formatProject } from '../../iam/project.ts';
import type { Change } from '../../remediation/change.ts';
import { consoleLinks } from '../console-links.ts';
import { plainLine } from '../quote-shell.ts';
import type { Remedy } from '../report.ts';
import { gcloudGrant, terraformGrant } from './grant-commands.ts';
import { perimeterRemedies } from './perimeter-remedies.ts';

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
  'service-perimeter': (denial) => (denial.perimeter === null ? [] : perimeterRemedies(denial, denial.perimeter)),
  'caller-withheld': withheldRemedies,
  'deleted-principal': () => [
    note(
      'Remove the deleted member first',
      'Take the deleted: member out of the policy, then let the present account be refused once more or grant it by hand. A new account of the same name is another identity.',
    ),
  ],
  'service-agent': serviceAgentRemedies,
  'another-permission': anotherPermissionRemedies,
  'cross-project': () => [
    note(
      'Grant it where the resource is',
      'A role in the home project of the service account does not count for a call to another project. Either grant it in the project of the resource, or let the workload call its own project.',
    ),
  ],
  'missing-role': () => [],
  unknown: unknownRemedies,
};

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
  const behind =
    denial.originalPrincipal === null
      ? ''
      : ` It acted for ${plainLine(denial.originalPrincipal)}: check what that caller may do.`;
  return [
    note(
      'Give the service agent its own role back',
      `Google grants a service agent its role when the API is enabled. If somebody removed it, find the agent in the list of service agents in the IAM documentation and grant the role named there, in the project of the resource.${behind}`,
    ),
  ];
}

function anotherPermissionRemedies(denial: Denial): readonly Remedy[] {
  const role = smallestRoleWith(denial.permissions);
  const { member } = denial.principal;
  if (role === null || member === null || denial.scope.kind !== 'project') return [];
  const change: Change = {
    project: formatProject(denial.scope.project),
    role: role.name,
    member,
    condition: null,
    expiresAt: null,
  };
  const title = `the smallest predefined role (${role.title}, ${role.permissions.size} permissions)`;
  return [
    {
      kind: 'gcloud',
      title: `Grant ${title} with gcloud`,
      text: gcloudGrant(change),
      link: consoleLinks.iam(change.project),
    },
    { kind: 'terraform', title: `Grant ${title} with Terraform`, text: terraformGrant(change) },
  ];
}

function unknownRemedies(denial: Denial): readonly Remedy[] {
  const trouble: readonly Remedy[] =
    denial.troubleshooterLink === null
      ? []
      : [
          {
            kind: 'console',
            title: 'Open the Policy Troubleshooter',
            text: 'Google made this link for the refused call.',
            link: denial.troubleshooterLink,
          },
        ];
  return [
    ...trouble,
    note(
      'Look further',
      'Deny policies, principal access boundaries, an API that is not enabled and a token without the cloud-platform scope give the same status. The Policy Troubleshooter shows the first two.',
    ),
  ];
}

function note(title: string, text: string): Remedy {
  return { kind: 'note', title, text };
}

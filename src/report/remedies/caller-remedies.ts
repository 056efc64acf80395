import { emailOf, type Principal } from '../../iam/principal.ts';
import { consoleLinks } from '../console-links.ts';
import { plainLine, quoteShell } from '../quote-shell.ts';
import type { Remedy } from '../report.ts';
import { CONFLICT_NOTE, gcloudMembers } from './grant-commands.ts';
import { refusalsOfCaller } from './incident-log.ts';
import { gcloud, note } from './remedy-kinds.ts';
import type { CauseRemedies } from './remedy-question.ts';

/** Guestlist itself was refused. */
export const ownCall: CauseRemedies = ({ denial }) => [
  note(
    'Find out who calls as Guestlist',
    'Guestlist never calls Agent Platform (formerly Vertex AI). Look for a workload that runs as its service account, and for keys of that account: it needs none.',
  ),
  ...keysOf(emailOf(denial.principal)),
];

/** The call carried no valid credentials. */
export const unauthenticated: CauseRemedies = () => [
  SIGN_IN,
  note(
    'For a workload',
    'The token is missing, expired or of a kind that the API does not take. Check how the workload gets it, and the clock of its machine.',
  ),
];

/** The caller looks like somebody who explores. */
export const reconnaissance: CauseRemedies = ({ facts }) => [
  note(
    'Hand it to security',
    'Find out what the caller was doing: list its refusals in Logs Explorer, check when its keys were last used, and disable it if nobody can explain it. Guestlist grants it nothing while this goes on.',
  ),
  refusalsOfCaller(facts),
];

/** The token lacks the scope. */
export const insufficientScope: CauseRemedies = ({ denial }) => {
  const isOtherApi = denial.errors.some(
    ({ metadata }) => metadata.get('service') === 'generativelanguage.googleapis.com',
  );
  const otherApi = isOtherApi
    ? ' The error names generativelanguage.googleapis.com: the client called the Gemini API and not Agent Platform (formerly Vertex AI).'
    : '';
  return [
    ...(denial.principal.kind === 'user' ? [SIGN_IN] : []),
    note(
      'Issue the token with the right scope',
      `Use the scope https://www.googleapis.com/auth/cloud-platform. Virtual machines and node pools get theirs when they are made: set the scope there.${otherApi}`,
    ),
  ];
};

/** The account of the caller is disabled, or the service is turned off for it. */
export const accountDisabled: CauseRemedies = ({ denial }) => [
  ...serviceAccountState(denial.principal),
  note(
    'Restore the account',
    'Find out first why it was disabled. A person is restored by the Workspace administrator, who also turns the service on for them; a deleted account has to be undeleted.',
  ),
];

/** The entry does not say who called. */
export const callerWithheld: CauseRemedies = ({ denial }) => {
  const address = denial.callerIp === null ? '' : ` The call came from ${plainLine(denial.callerIp)}.`;
  const way = denial.delegation.flatMap((link) => link.name ?? []).map(plainLine);
  const chain = way.length === 0 ? '' : ` It was made on behalf of ${way.join(', then ')}.`;
  return [
    note(
      'Find the caller',
      `Ask who called ${plainLine(denial.method)} at ${denial.at}.${address}${chain} Cloud Audit Logs leaves out the address of people whose read-only calls are refused; it never leaves out service accounts. The person sees the same refusal and can say who they are; a successful call of theirs a moment earlier, from the same address, names them too.`,
    ),
  ];
};

/** The caller, or its only binding, is in deleted form. */
export const deletedPrincipal: CauseRemedies = ({ facts }) => [
  ...(facts.project === ''
    ? []
    : [
        {
          ...gcloud(
            'List the deleted members of the policy',
            gcloudMembers(facts.project, 'bindings.members~"^deleted:"'),
          ),
          link: consoleLinks.iam(facts.project),
        },
      ]),
  note(
    'Remove the deleted member first',
    'Take it out with gcloud projects remove-iam-policy-binding and exactly the role, member and condition that the list shows. Then let the present account be refused once more, or grant it by hand: a new account of the same name is another identity.',
  ),
  CONFLICT_NOTE,
];

const SIGN_IN = gcloud('Sign in again, on the machine of the caller', 'gcloud auth application-default login');

function keysOf(email: string | null): readonly Remedy[] {
  if (email === null) return [];
  const command = `gcloud iam service-accounts keys list --iam-account=${quoteShell(email)} --managed-by=user`;
  return [gcloud('List the keys of its account', command)];
}

function serviceAccountState(principal: Principal): readonly Remedy[] {
  const { kind } = principal;
  if (kind !== 'service-account' && kind !== 'default-service-account') return [];
  const email = quoteShell(principal.email);
  const look = gcloud(
    'See whether the service account is disabled',
    `gcloud iam service-accounts describe ${email} --format='value(email,disabled)'`,
  );
  // This command wants the project of the account, by its id.
  if (principal.home.kind !== 'project-id') return [look];
  const project = quoteShell(principal.home.id);
  return [
    look,
    gcloud('Enable it, if it should be', `gcloud iam service-accounts enable ${email} --project=${project}`),
  ];
}

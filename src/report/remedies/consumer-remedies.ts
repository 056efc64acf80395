import type { Denial } from '../../denial/denial.ts';
import { formatProject, parseProject } from '../../iam/project.ts';
import { quoteShell } from '../quote-shell.ts';
import type { Remedy } from '../report.ts';
import { CONFLICT_NOTE, checkRemedy, gcloudGrant } from './grant-commands.ts';
import { gcloud, note } from './remedy-kinds.ts';
import type { CauseRemedies, RemedyQuestion } from './remedy-question.ts';
import { foreignRoles } from './role-advice.ts';

const VERTEX_AI = 'aiplatform.googleapis.com';

/** The API is not enabled in the project that the call counts on. */
export const serviceDisabled: CauseRemedies = ({ denial, facts }) => {
  if (denial.errors.some(({ reason }) => reason === 'MCP_SERVER_DISABLED'))
    return [
      note('Enable the MCP server', 'The error names the MCP server of the API, which is enabled apart from it.'),
    ];
  const project = projectArgument(consumerOf(denial) ?? facts.project);
  const service = quoteShell(disabledService(denial));
  return [
    gcloud(
      disabledService(denial) === VERTEX_AI
        ? 'Enable the Agent Platform API (formerly Vertex AI API)'
        : 'Enable the API that the error names',
      `gcloud services enable ${service} --project=${project}`,
    ),
    gcloud(
      'Check that it is enabled: it lists the API, or nothing',
      `gcloud services list --enabled --project=${project} \\\n  --filter=${quoteShell(`config.name=${disabledService(denial)}`)} --format='value(config.name)'`,
    ),
    note('Then wait', 'It takes some minutes until calls go through.'),
  ];
};

/** The project that the call counts on has no active billing account. */
export const billingDisabled: CauseRemedies = ({ denial, facts }) => {
  const project = projectArgument(consumerOf(denial) ?? facts.project);
  return [
    gcloud(
      'See whether billing is enabled',
      `gcloud billing projects describe ${project} --format='value(billingEnabled,billingAccountName)'`,
    ),
    gcloud(
      'Link an active billing account: put its id in',
      `gcloud billing projects link ${project} --billing-account=BILLING_ACCOUNT_ID`,
    ),
  ];
};

/** The project that the call was made for is none that can be called for. */
export const consumerInvalid: CauseRemedies = ({ denial, facts }) => {
  const project = consumerOf(denial) ?? facts.project;
  const look =
    project === ''
      ? []
      : [
          gcloud(
            'See whether the project exists and is active',
            `gcloud projects describe ${quoteShell(project)} --format='value(projectId,lifecycleState)'`,
          ),
        ];
  return [
    ...look,
    note(
      'Correct the project',
      'Check the project id that the client uses: a display name, a placeholder or a deleted project gives this. If the id is right, sign in again: a stale login gives it too.',
    ),
  ];
};

/** The caller named no quota project, or may not use the one it named. */
export const quotaProject: CauseRemedies = (question) => {
  const refused = refusedQuotaProject(question);
  const steps = refused === null ? setQuotaProject(question.facts.project) : [...allowUse(refused, question), ANOTHER];
  return [
    ...steps,
    note('For a workload', 'Set the quota project in the client library, or send the header x-goog-user-project.'),
    ...foreignRoles(['serviceusage.services.use']),
  ];
};

/** The command by which people set the quota project of their own credentials; an empty project leaves it open. */
export function setQuotaProject(project: string): readonly Remedy[] {
  const command = `gcloud auth application-default set-quota-project ${projectArgument(project)}`;
  return [gcloud('Set the quota project, on the machine of the caller', command)];
}

/** The API key may not be used for this call. */
export const blockedKey: CauseRemedies = ({ denial, facts }) => [
  gcloud(
    'List the API keys of the project with their restrictions',
    `gcloud services api-keys list --project=${projectArgument(consumerOf(denial) ?? facts.project)} \\\n  --format='yaml(displayName,uid,restrictions)'`,
  ),
  note(
    'Change the key or its restrictions',
    'The console shows them under APIs & Services > Credentials. Agent Platform (formerly Vertex AI) is better called with a service account than with a key.',
  ),
];

const ANOTHER = note(
  'Or use another quota project',
  'A person sets one with gcloud auth application-default set-quota-project, and needs serviceusage.services.use there too.',
);

// The permission counts on the quota project: that of the error, or the one on which the permission was refused.
function refusedQuotaProject({ denial, facts }: RemedyQuestion): string | null {
  if (denial.errors.some(({ reason }) => reason === 'USER_PROJECT_DENIED')) return consumerOf(denial) ?? facts.project;
  return denial.permissions.includes('serviceusage.services.use') ? facts.project : null;
}

function allowUse(project: string, { denial }: RemedyQuestion): readonly Remedy[] {
  const { member } = denial.principal;
  if (member === null || project === '') return [];
  const role = 'roles/serviceusage.serviceUsageConsumer';
  const change = { project, role, member, condition: null, expiresAt: null };
  return [
    gcloud(`Let the caller use ${project} as quota project`, gcloudGrant(change)),
    checkRemedy(change),
    CONFLICT_NOTE,
  ];
}

// A word to put something in for stands without quotes, so that it shows.
function projectArgument(project: string): string {
  return project === '' ? 'PROJECT_ID' : quoteShell(project);
}

// The consumer that the error names, when it can be one.
function consumerOf(denial: Denial): string | null {
  const named = denial.errors.map((error) => (error.metadata.get('consumer') ?? '').replace(/^projects\//, ''));
  const consumer = named.map(parseProject).find((project) => project !== null);
  return consumer === undefined ? null : formatProject(consumer);
}

const SERVICE = /^[a-z][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63})*\.googleapis\.com$/;

// The error that says so may stand among others.
function disabledService(denial: Denial): string {
  const named = denial.errors.find(({ reason }) => reason === 'SERVICE_DISABLED')?.metadata.get('service') ?? '';
  return SERVICE.test(named) ? named : VERTEX_AI;
}

import type { Permission } from '../../iam/permission.ts';
import type { Condition } from '../../iam/policy.ts';
import { predefinedAiRole } from '../../iam/role.ts';
import type { Change } from '../../remediation/change.ts';
import { consoleLinks } from '../console-links.ts';
import { plainLine } from '../quote-shell.ts';
import type { Outcome, Remedy } from '../report.ts';
import { type ChangeFacts, forecast } from './forecast.ts';
import { CONFLICT_NOTE, checkRemedy, gcloudGrant, gcloudUndo } from './grant-commands.ts';
import { consolePage, gcloud } from './remedy-kinds.ts';
import { narrowerRoles } from './role-advice.ts';
import { terraformGrant } from './terraform-grant.ts';

/** Titles the console shows today, with the one of before where it changed (iam/docs/roles-permissions/aiplatform). */
const TITLES: ReadonlyMap<string, string> = new Map([
  ['roles/aiplatform.user', 'Agent Platform User (formerly Vertex AI User)'],
]);

/** How a person makes a change, looks at it and takes it back; or takes it over into Terraform where it is made already. */
export function grantRemedies(
  change: Change,
  outcome: Outcome,
  refused: readonly Permission[],
  facts: Omit<ChangeFacts, 'refused'>,
): readonly Remedy[] {
  const sideEffects = forecast(change, { ...facts, refused: refused.length });
  switch (outcome.kind) {
    case 'already-granted':
      return [checkRemedy(change), ...takeOver(change)];
    case 'applied':
      return [
        checkRemedy(change),
        CONFLICT_NOTE,
        keep(change),
        ...sideEffects,
        ...narrowerRoles(refused, change, facts.held, 'made'),
      ];
    default:
      return [...byHand(change), ...sideEffects, ...narrowerRoles(refused, change, facts.held, 'to-make')];
  }
}

function byHand(change: Change): readonly Remedy[] {
  return [
    consoleSteps(change),
    gcloud('Grant it with gcloud', gcloudGrant(change)),
    checkRemedy(change),
    gcloud('Take it back with gcloud', gcloudUndo(change)),
    CONFLICT_NOTE,
    { kind: 'terraform', title: 'Grant it with Terraform', text: terraformGrant(change).hcl },
  ];
}

function keep(change: Change): Remedy {
  const { importHcl, hcl } = terraformGrant(change);
  return { kind: 'terraform', title: 'Keep it in Terraform', text: `${importHcl}\n\n${hcl}` };
}

// What is there already in place of a grant for a time is another binding, which only the check shows.
function takeOver(change: Change): readonly Remedy[] {
  return change.condition === null ? [keep(change)] : [];
}

function consoleSteps(change: Change): Remedy {
  const steps = [
    `Open IAM for project ${plainLine(change.project)}.`,
    'Select Grant access.',
    `New principals: ${plainLine(principalForConsole(change.member))}`,
    `Role: ${roleForConsole(change.role)}`,
    ...(change.condition === null ? [] : [conditionStep(change.condition)]),
    'Save. It usually takes effect within 2 minutes, sometimes 7 or more.',
  ];
  return consolePage(
    'Grant it in the Google Cloud console',
    steps.map((step, index) => `${index + 1}. ${step}`).join('\n'),
    consoleLinks.iam(change.project),
  );
}

function roleForConsole(role: string): string {
  const title = TITLES.get(role) ?? predefinedAiRole(role)?.title;
  return title === undefined ? role : `${title} (${role})`;
}

function conditionStep({ title, expression }: Condition): string {
  return `Add an IAM condition with the title ${plainLine(title)} and, in the condition editor: ${plainLine(expression)}`;
}

// The console takes addresses without the prefix that commands need.
function principalForConsole(member: string): string {
  return member.startsWith('principal://') || member.includes('[') ? member : member.slice(member.indexOf(':') + 1);
}

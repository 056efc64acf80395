import type { Permission } from '../../iam/permission.ts';
import type { Condition } from '../../iam/policy.ts';
import { predefinedAiRole, predefinedRolesReadOn } from '../../iam/role.ts';
import type { Change } from '../../remediation/change.ts';
import { consoleLinks } from '../console-links.ts';
import { plainLine } from '../quote-shell.ts';
import type { Outcome, Remedy } from '../report.ts';
import { gcloudGrant, terraformGrant, terraformImport } from './grant-commands.ts';
import { narrowerRoles } from './role-advice.ts';

/** Titles the console shows today, with the one of before where it changed (iam/docs/roles-permissions/aiplatform). */
const TITLES: ReadonlyMap<string, string> = new Map([
  ['roles/aiplatform.user', 'Agent Platform User (formerly Vertex AI User)'],
]);

/** How a person makes a change, or takes it over into Terraform where it is made already. */
export function grantRemedies(
  change: Change,
  outcome: Outcome,
  refused: readonly Permission[],
  held: number | null,
): readonly Remedy[] {
  const isMade = outcome.kind === 'applied' || outcome.kind === 'already-granted';
  const terraform: Remedy = isMade
    ? {
        kind: 'terraform',
        title: 'Keep it in Terraform',
        text: `${terraformImport(change)}\n\n${terraformGrant(change)}`,
      }
    : { kind: 'terraform', title: 'Grant it with Terraform', text: terraformGrant(change) };
  const byHand: readonly Remedy[] = isMade
    ? []
    : [consoleSteps(change), { kind: 'gcloud', title: 'Grant it with gcloud', text: gcloudGrant(change) }];
  return [
    ...byHand,
    terraform,
    ...forecast(change, refused.length, held),
    ...narrowerRoles(refused, change.project, change.role),
  ];
}

function consoleSteps(change: Change): Remedy {
  const steps = [
    `1. Open IAM for project ${plainLine(change.project)}.`,
    '2. Select Grant access.',
    `3. New principals: ${plainLine(principalForConsole(change.member))}`,
    `4. Role: ${TITLES.get(change.role) ?? predefinedAiRole(change.role)?.title ?? change.role} (${change.role})`,
    ...(change.condition === null ? [] : [conditionStep(change.condition)]),
    'Last, save. It usually takes effect within 2 minutes, sometimes 7 or more.',
  ];
  return {
    kind: 'console',
    title: 'Grant it in the console',
    text: steps.join('\n'),
    link: consoleLinks.iam(change.project),
  };
}

// How old the count is, for roles whose permissions are shipped and not read anew.
function shippedOn(role: string): string {
  return predefinedAiRole(role) === null ? '' : ` (as of ${predefinedRolesReadOn})`;
}

function conditionStep({ title, expression }: Condition): string {
  return `5. Add an IAM condition with the title ${title} and, in the condition editor: ${expression}`;
}

// The console takes addresses without the prefix that commands need.
function principalForConsole(member: string): string {
  return member.startsWith('principal://') || member.includes('[') ? member : member.slice(member.indexOf(':') + 1);
}

function forecast(change: Change, refusedCount: number, held: number | null): readonly Remedy[] {
  const text =
    held === null
      ? `How many permissions ${change.role} holds could not be read.`
      : `${change.role} holds ${held} ${held === 1 ? 'permission' : 'permissions'}${shippedOn(change.role)}; ${refusedCount} ${refusedCount === 1 ? 'was' : 'were'} refused.${held > refusedCount + 50 ? ' A narrower role can be named in the allowlist.' : ''}`;
  return [{ kind: 'note', title: 'What the role brings along', text }];
}

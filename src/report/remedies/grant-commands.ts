import type { Condition } from '../../iam/policy.ts';
import { storedMember } from '../../iam/principal.ts';
import type { Change } from '../../remediation/change.ts';
import { quoteQuery } from '../quote-query.ts';
import { quoteShell } from '../quote-shell.ts';
import type { Remedy } from '../report.ts';
import { gcloud, note } from './remedy-kinds.ts';

/**
 * The gcloud command that makes a change. `--condition=None` keeps it working in policies that hold conditions;
 * `--format=none` keeps gcloud from printing the whole policy.
 */
export function gcloudGrant(change: Change): string {
  return gcloudBinding('add-iam-policy-binding', change);
}

/** The gcloud command that takes exactly this binding away again. */
export function gcloudUndo(change: Change): string {
  return gcloudBinding('remove-iam-policy-binding', change);
}

/** The gcloud command that lists the bindings of the member to the role, with their conditions; it changes nothing. */
export function gcloudCheck({ project, role, member }: Pick<Change, 'project' | 'role' | 'member'>): string {
  const filter = `bindings.role=${quoteQuery(role)} AND bindings.members=${quoteQuery(storedMember(member))}`;
  return gcloudMembers(project, filter);
}

/** The gcloud command that lists members of a project's policy, one a line with role and condition, by a filter. */
export function gcloudMembers(project: string, filter: string): string {
  return [
    `gcloud projects get-iam-policy ${quoteShell(project)}`,
    `  --flatten=${quoteShell('bindings[].members')}`,
    `  --filter=${quoteShell(filter)}`,
    `  --format=${quoteShell('table(bindings.role,bindings.members,bindings.condition.title,bindings.condition.expression)')}`,
  ].join(' \\\n');
}

/** The command that lists the bindings of a member to a role, as a remedy. */
export function checkRemedy(binding: Pick<Change, 'project' | 'role' | 'member'>): Remedy {
  return gcloud('Check with gcloud: it lists the binding, or nothing', gcloudCheck(binding));
}

/** gcloud reads the policy, changes it and writes it back once: a conflict ends it (gcloud 528). */
export const CONFLICT_NOTE: Remedy = note(
  'If gcloud reports a conflict',
  'Run the same command again. "There were concurrent policy changes" means that somebody else changed the policy at the same moment and nothing was written; gcloud does not retry by itself. Running it twice does no harm.',
);

function gcloudBinding(verb: string, { project, member, role, condition }: Change): string {
  return [
    `gcloud projects ${verb} ${quoteShell(project)}`,
    `  --member=${quoteShell(storedMember(member))}`,
    `  --role=${quoteShell(role)}`,
    `  --condition=${condition === null ? 'None' : quoteShell(conditionFlag(condition))}`,
    '  --format=none',
  ].join(' \\\n');
}

// The prefix makes another character than the comma the separator, so that commas in an expression stay part of it.
function conditionFlag({ expression, title, description }: Condition): string {
  const parts = [
    `expression=${expression}`,
    `title=${title}`,
    ...(description === '' ? [] : [`description=${description}`]),
  ];
  const separator = [';', '|', '~', '#', '%', '@'].find((char) => parts.every((part) => !part.includes(char))) ?? ';';
  return `^${separator}^${parts.join(separator)}`;
}

import { consoleLinks } from '../console-links.ts';
import { quoteShell } from '../quote-shell.ts';
import type { DenialFacts, Remedy } from '../report.ts';
import { consolePage, gcloud } from './remedy-kinds.ts';

/**
 * The Policy Troubleshooter, asked about this call: as a page and as a command. It knows people and service accounts by
 * their address and no other principals, so the rest get nothing. `googleLink` is the link that Google put into the
 * message, which is about this very call. Principal access boundaries are in the beta command only.
 */
export function troubleshooting(
  { principal, permissions, project }: DenialFacts,
  googleLink: string | null,
  release: 'general' | 'beta',
): readonly Remedy[] {
  const [permission] = permissions;
  const { email } = principal;
  if (email === undefined || permission === undefined || project === '')
    return googleLink === null ? [] : [page(googleLink)];
  return [
    page(googleLink ?? consoleLinks.troubleshooter(email, permission, project)),
    gcloud('Ask the Policy Troubleshooter with gcloud', command(email, permission, project, release)),
  ];
}

function page(link: string): Remedy {
  return consolePage(
    'Open the Policy Troubleshooter',
    'It shows which allow policy, deny policy or access boundary decided, as far as you may see them. It does not know service perimeters.',
    link,
  );
}

function command(email: string, permission: string, project: string, release: 'general' | 'beta'): string {
  const resource = quoteShell(`//cloudresourcemanager.googleapis.com/projects/${project}`);
  return [
    `gcloud ${release === 'beta' ? 'beta ' : ''}policy-intelligence troubleshoot-policy iam ${resource}`,
    `  --principal-email=${quoteShell(email)}`,
    `  --permission=${quoteShell(permission)}`,
  ].join(' \\\n');
}

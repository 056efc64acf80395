import { formatProject } from '../iam/project.ts';
import type { Denial } from './denial.ts';

/** The project in whose log the entry lies, or an empty string. */
export function logProjectName(denial: Denial): string {
  return denial.logProject === null ? '' : formatProject(denial.logProject);
}

/** How the caller is named to people: the member, or what the entry shows in its place. */
export function callerName(denial: Denial): string {
  const { principal } = denial;
  if (principal.member !== null) return principal.member;
  return 'text' in principal && principal.text !== '' ? principal.text : '(withheld)';
}

/** Whoever acted through the caller, as far as the entry names them: they have a stake in what the caller is granted. */
export function namesBehind({ originalPrincipal, delegation }: Denial): readonly string[] {
  const names = [originalPrincipal, ...delegation.map(({ name }) => name)];
  return names.flatMap((name) => (name === null || name === '' ? [] : [name]));
}

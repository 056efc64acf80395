import { memberKey, type Principal } from '../iam/principal.ts';
import { matchesName } from './name-pattern.ts';

/** A pattern for a member string, such as `serviceAccount:*@{project}.iam.gserviceaccount.com`. */
export interface MemberPattern {
  readonly text: string;
}

/** Kinds of member a rule may name. Groups, domains, principal sets and the public are never granted. */
export const MEMBER_PREFIXES = ['user:', 'serviceAccount:', 'principal://'] as const;

/** What stands in a pattern for the id of the project that refused the call. */
export const PROJECT_PLACEHOLDER = '{project}';

/**
 * True when the pattern covers the principal. `{project}` is the looked-up id of the project of the refused call; while
 * that is not known, a pattern that needs it covers nobody. E-mail members are compared without regard to case.
 */
export function matchesMember(pattern: MemberPattern, principal: Principal, projectId: string | null): boolean {
  if (principal.member === null) return false;
  const text = fillProject(pattern.text, projectId);
  return text !== null && matchesName({ text: oneSpelling(text) }, oneSpelling(principal.member));
}

/** True when the pattern names exactly this member, without a star or placeholder. */
export function namesLiterally(pattern: MemberPattern, principal: Principal): boolean {
  const isLiteral = !pattern.text.includes('*') && !pattern.text.includes(PROJECT_PLACEHOLDER);
  return isLiteral && matchesMember(pattern, principal, null);
}

const GKE_PRINCIPAL =
  /^principal:\/\/iam\.googleapis\.com\/projects\/[^/]+\/locations\/global\/workloadIdentityPools\/([^/]+\.svc\.id\.goog)\/subject\/ns\/([^/]+)\/sa\/([^/]+)$/;

// A Kubernetes workload has two member strings; a rule about one of them is about both.
function oneSpelling(member: string): string {
  const [, pool, namespace, account] = GKE_PRINCIPAL.exec(member) ?? [];
  return pool === undefined ? memberKey(member) : `serviceaccount:${pool}[${namespace}/${account}]`.toLowerCase();
}

// In addresses the domain-scoped project `example.com:my-project` is written `my-project.example.com`.
function fillProject(text: string, projectId: string | null): string | null {
  if (!text.includes(PROJECT_PLACEHOLDER)) return text;
  if (projectId === null) return null;
  const [domain, id] = projectId.split(':');
  return text.replaceAll(PROJECT_PLACEHOLDER, id === undefined ? projectId : `${id}.${domain}`);
}

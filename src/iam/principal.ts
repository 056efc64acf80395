import { isWholeEmail } from './email.ts';
import { type ProjectRef, parseProject } from './project.ts';
import { remembering } from './remember.ts';
import { isServiceAgent } from './service-agent.ts';

/**
 * Who called. `member` is the IAM member string, or null where there is none to grant to. `home` is the project a
 * workload's identity lives in. Forms: iam/docs/principal-identifiers.
 */
export type Principal =
  | { readonly kind: 'user'; readonly member: string; readonly email: string }
  | { readonly kind: 'service-account'; readonly member: string; readonly email: string; readonly home: ProjectRef }
  | {
      readonly kind: 'default-service-account';
      readonly member: string;
      readonly email: string;
      readonly home: ProjectRef;
    }
  | { readonly kind: 'service-agent'; readonly member: string; readonly email: string }
  | { readonly kind: 'workload-identity'; readonly member: string; readonly home: ProjectRef }
  | { readonly kind: 'gke-workload'; readonly member: string; readonly home: ProjectRef }
  | { readonly kind: 'workforce-identity'; readonly member: string; readonly pool: string }
  | {
      readonly kind: 'agent-identity';
      readonly member: string;
      readonly home: ProjectRef;
      readonly organization: string;
    }
  | { readonly kind: 'deleted'; readonly member: null; readonly text: string }
  | { readonly kind: 'withheld'; readonly member: null; readonly text: string; readonly reason: WithheldReason }
  | { readonly kind: 'unrecognized'; readonly member: null; readonly text: string };

/** Why an entry does not say who called (logging/docs/audit#user-id). */
export type WithheldReason = 'empty' | 'partial' | 'google-internal' | 'system' | 'masked' | 'contradictory';

/** The identity fields of an audit entry, as they came; an absent field is an empty string. */
export interface CallerFields {
  readonly principalSubject: string;
  readonly principalEmail: string;
}

/**
 * Reads the caller of an entry. The subject counts first, the e-mail only where there is no subject; when both name
 * different accounts the entry was edited and nobody is named.
 */
export function parseCaller({ principalSubject, principalEmail }: CallerFields): Principal {
  if (principalSubject === '') return parseCallerEmail(principalEmail);
  const principal = parseMember(principalSubject);
  return contradicts(principal, principalEmail)
    ? withheld(`${principalSubject} / ${principalEmail}`, 'contradictory')
    : principal;
}

/** Reads an IAM member string (`user:…`, `serviceAccount:…`, `principal://…`, `deleted:…`). Never throws. */
export const parseMember: (text: string) => Principal = remembering((text) => {
  const reason = withheldReason(text);
  if (reason !== null) return withheld(text, reason);
  if (text.startsWith('deleted:')) return { kind: 'deleted', member: null, text };
  if (text.startsWith('principal://')) return parseFederated(text);
  const colon = text.indexOf(':');
  const value = text.slice(colon + 1);
  switch (text.slice(0, colon)) {
    case 'user':
      return isWholeEmail(value) && !isGoogleAccountDomain(value) ? userOf(value) : unrecognized(text);
    case 'serviceAccount':
      return parseGkeLegacy(text) ?? parseServiceAccount(value) ?? unrecognized(text);
    default:
      return unrecognized(text);
  }
});

/** The project a principal's identity lives in, or null for people and for principals that are not whole. */
export function homeOf(principal: Principal): ProjectRef | null {
  return 'home' in principal ? principal.home : null;
}

/** The e-mail address of a principal, or null where it has none. */
export function emailOf(principal: Principal): string | null {
  return 'email' in principal ? principal.email : null;
}

/** Member strings are equal when they are the same text; those that are e-mail addresses without regard to case. */
export function isSameMember(one: string, other: string): boolean {
  return memberKey(one) === memberKey(other);
}

/** A form of a member string under which equal members are equal text. */
export function memberKey(member: string): string {
  return member.startsWith('principal') || member.startsWith('deleted:principal') ? member : member.toLowerCase();
}

/**
 * A member in the form that policies keep it in: addresses in lower case, the kind before them and `principal://` names
 * as they are (hashicorp/terraform-provider-google normalizes the same way). gcloud finds a member to remove in this form only.
 */
export function storedMember(member: string): string {
  const [, kind = '', address = ''] = /^((?:deleted:)?(?:user|serviceAccount|group|domain):)(.*)$/.exec(member) ?? [];
  return kind === '' ? member : `${kind}${address.toLowerCase()}`;
}

const parseCallerEmail: (email: string) => Principal = remembering((email) => {
  if (email.startsWith('principal://') || email.startsWith('deleted:')) return parseMember(email);
  const reason = withheldReason(email);
  if (reason !== null) return withheld(email, reason);
  if (!isWholeEmail(email)) return unrecognized(email);
  return isGoogleAccountDomain(email) ? (parseServiceAccount(email) ?? unrecognized(email)) : userOf(email);
});

function withheldReason(text: string): WithheldReason | null {
  const value = text.replace(/^(?:user|serviceAccount):/, '');
  if (value.trim() === '') return 'empty';
  if (value.startsWith('system:') || value === 'allUsers' || value === 'allAuthenticatedUsers') return 'system';
  if (value === 'google-internal') return 'google-internal';
  if (value.includes('***') || value.includes('•')) return 'masked';
  return value.includes('...') || value.includes('…') ? 'partial' : null;
}

function contradicts(principal: Principal, email: string): boolean {
  const named = emailOf(principal);
  if (email === '' || email === named || principal.member === null || withheldReason(email) !== null) return false;
  if (named !== null) return named.toLowerCase() !== email.toLowerCase();
  return !principal.member.toLowerCase().endsWith(`/${email.toLowerCase()}`) && principal.member !== email;
}

// Compared as whole labels: `evil@notgserviceaccount.com` is a user of somebody's domain.
function isGoogleAccountDomain(email: string): boolean {
  return /@(?:[^@]+\.)?gserviceaccount\.com$/i.test(email);
}

function parseServiceAccount(email: string): Principal | null {
  if (!isWholeEmail(email) || !isGoogleAccountDomain(email)) return null;
  const member = `serviceAccount:${email}`;
  if (isServiceAgent(email)) return { kind: 'service-agent', member, email };
  const userMade = /^[^@]+@(.+)\.iam\.gserviceaccount\.com$/i.exec(email)?.[1];
  if (userMade !== undefined) return ownAccount('service-account', email, projectOfDomain(userMade.toLowerCase()));
  const compute = /^([0-9]+)-compute@developer\.gserviceaccount\.com$/i.exec(email)?.[1];
  if (compute !== undefined) return ownAccount('default-service-account', email, parseProject(compute));
  const appEngine = /^([^@]+)@appspot\.gserviceaccount\.com$/i.exec(email)?.[1];
  if (appEngine !== undefined) {
    return ownAccount('default-service-account', email, projectOfDomain(appEngine.toLowerCase()));
  }
  // What is left under gserviceaccount.com belongs to Google, whatever its name says.
  return { kind: 'service-agent', member, email };
}

function ownAccount(
  kind: 'service-account' | 'default-service-account',
  email: string,
  home: ProjectRef | null,
): Principal | null {
  return home === null ? null : { kind, member: `serviceAccount:${email}`, email, home };
}

// `my-project.example.com` is how the domain-scoped project `example.com:my-project` stands in an address.
function projectOfDomain(labels: string): ProjectRef | null {
  const dot = labels.indexOf('.');
  const project = parseProject(dot < 0 ? labels : `${labels.slice(dot + 1)}:${labels.slice(0, dot)}`);
  return project?.kind === 'project-id' ? project : null;
}

const GKE_LEGACY = /^serviceAccount:([^[\]]+)\.svc\.id\.goog\[([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})\]$/;

function parseGkeLegacy(member: string): Principal | null {
  const project = GKE_LEGACY.exec(member)?.[1];
  const home = project === undefined ? null : parseProject(project);
  return home?.kind === 'project-id' ? { kind: 'gke-workload', member, home } : null;
}

// A subject may hold `:` and `/` (`repo:org/x:ref:refs/heads/main`), but nothing that a shell or HCL could act on.
const WORKLOAD =
  /^principal:\/\/iam\.googleapis\.com\/projects\/([0-9]+)\/locations\/global\/workloadIdentityPools\/([a-z0-9][a-z0-9.:-]{1,99})\/subject\/[A-Za-z0-9][A-Za-z0-9._:/@=+,%~|#-]{0,253}$/;
const WORKFORCE =
  /^principal:\/\/iam\.googleapis\.com\/locations\/global\/workforcePools\/([a-z0-9][a-z0-9.:-]{1,99})\/subject\/[A-Za-z0-9][A-Za-z0-9._:/@=+,%~|#-]{0,253}$/;
const AGENT =
  /^principal:\/\/agents\.global\.org-([0-9]+)\.system\.id\.goog\/resources\/aiplatform\/projects\/([0-9]+)\/locations\/[a-z0-9-]+\/reasoningEngines\/[a-z0-9-]+$/;

function parseFederated(member: string): Principal {
  const [, number = '', pool = ''] = WORKLOAD.exec(member) ?? [];
  const home = parseProject(number);
  if (home !== null)
    return { kind: pool.endsWith('.svc.id.goog') ? 'gke-workload' : 'workload-identity', member, home };
  const workforcePool = WORKFORCE.exec(member)?.[1];
  if (workforcePool !== undefined) return { kind: 'workforce-identity', member, pool: workforcePool };
  const [, organization = '', agentProject = ''] = AGENT.exec(member) ?? [];
  const agentHome = parseProject(agentProject);
  if (agentHome !== null) return { kind: 'agent-identity', member, home: agentHome, organization };
  return unrecognized(member);
}

function userOf(email: string): Principal {
  return { kind: 'user', member: `user:${email}`, email };
}

function withheld(text: string, reason: WithheldReason): Principal {
  return { kind: 'withheld', member: null, text, reason };
}

function unrecognized(text: string): Principal {
  return { kind: 'unrecognized', member: null, text };
}

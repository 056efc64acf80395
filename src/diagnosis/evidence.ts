import type { Permission } from '../iam/permission.ts';
import type { Policy } from '../iam/policy.ts';
import type { Principal } from '../iam/principal.ts';
import type { ProjectRef } from '../iam/project.ts';
import type { Role } from '../iam/role.ts';
import type { Timestamp } from '../iam/timestamp.ts';

/** A looked-up fact. What may not be read is never taken for absent. */
export type Finding<T> =
  | { readonly kind: 'known'; readonly value: T }
  | { readonly kind: 'absent'; readonly detail: string }
  | { readonly kind: 'not-readable'; readonly detail: string };

/** Where a project lives, as looked up in Resource Manager. */
export interface ProjectPlace {
  readonly id: string;
  readonly number: string;
  readonly state: string;
  /** Folders from the nearest up, then the organization: `folders/456`, `organizations/123`. */
  readonly ancestors: Finding<readonly string[]>;
}

/** The allow policy of one resource: `projects/acme-ml`, `folders/456` or `organizations/123`. */
export interface PolicyFinding {
  readonly resource: string;
  readonly policy: Finding<Policy>;
}

/** Everything that was looked up to explain one denial. */
export interface Evidence {
  readonly project: Finding<ProjectPlace>;
  /** The project's own policy. */
  readonly policy: Finding<Policy>;
  /** Policies of the folders and the organization above, the nearest first. */
  readonly inherited: readonly PolicyFinding[];
  readonly home: HomeEvidence;
  /** The role that would be granted. */
  readonly role: Finding<Role>;
  /** Custom roles that are bound to the principal. */
  readonly boundRoles: ReadonlyMap<string, Finding<Role>>;
  /** What the Policy Troubleshooter says, where it was asked; absent where it was not. */
  readonly explanation: Finding<Explanation>;
  /** The grant that Guestlist itself made to this caller here, or null. */
  readonly pastGrant: PastGrant | null;
  /** Whether a perimeter blocked a caller whom its record does not name, in this project within seconds. */
  readonly perimeterNearby: 'none' | 'unnamed-caller';
}

/** What the Policy Troubleshooter makes of one caller, permission and project. */
export interface Explanation {
  /** What refuses the caller for certain, or that nothing it could see does. */
  readonly denied: 'deny-policy' | 'access-boundary' | 'nothing';
  /** Name of the policy, or empty. */
  readonly policy: string;
}

/** One question for the Policy Troubleshooter. */
export interface ExplanationQuestion {
  readonly principal: Principal;
  readonly permissions: readonly Permission[];
  readonly project: string;
  readonly at: Timestamp;
  readonly errorInfoId: string | null;
}

/** Asks the Policy Troubleshooter. `absent` where it was not asked or cannot know; it never throws for an outage. */
export interface Troubleshooter {
  explain(question: ExplanationQuestion): Promise<Finding<Explanation>>;
}

/** A grant that Guestlist made: when (RFC 3339), until when (null: for good), its id and that of its report. */
export interface PastGrant {
  readonly at: Timestamp;
  readonly expiresAt: Timestamp | null;
  readonly grantId: string;
  readonly reportId: string;
}

/** Grants that Guestlist made, by project, role and member. */
export interface GrantHistory {
  /** The newest grant that should be in force at this time; null when there was none, or its time is over. */
  lastGrant(project: string, role: string, member: string, at: Timestamp): Promise<PastGrant | null>;
}

/** The project that the principal's identity lives in; people have none. */
export type HomeEvidence =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'home';
      readonly ref: ProjectRef;
      readonly place: Finding<ProjectPlace>;
      readonly policy: Finding<Policy>;
    };

/** Looks up where a project lives. */
export interface ProjectFinder {
  findProject(project: ProjectRef): Promise<Finding<ProjectPlace>>;
}

/**
 * `own`: begun when it is asked for, so that it shows everything that had been written by then. `shared`: one that is
 * under way, or for what is above projects of the last seconds, will do.
 */
export type Look = 'own' | 'shared';

/** Reads allow policies, always at version 3. */
export interface PolicyReader {
  /** By a look of its own, where nothing else is said. */
  readPolicy(resource: string, look?: Look): Promise<Finding<Policy>>;
}

/** Reads roles that are not shipped as data. */
export interface RoleReader {
  readRole(name: string): Promise<Finding<Role>>;
}

/** Everything that evidence is read from. */
export interface EvidencePorts {
  readonly projects: ProjectFinder;
  readonly policies: PolicyReader;
  readonly roles: RoleReader;
  readonly troubleshooter: Troubleshooter;
  readonly grants: GrantHistory;
}

/** A fact that was read. */
export function known<T>(value: T): Finding<T> {
  return { kind: 'known', value };
}

/** A fact that could not be looked at, and why. */
export function notReadable(detail: string): Finding<never> {
  return { kind: 'not-readable', detail };
}

/** The value of a known finding, or null. */
export function knownValue<T>(finding: Finding<T>): T | null {
  return finding.kind === 'known' ? finding.value : null;
}

/** A troubleshooter that is not asked. */
export const NOT_ASKED: Troubleshooter = {
  explain: async () => ({ kind: 'absent', detail: 'the Policy Troubleshooter was not asked' }),
};

/** A history without grants, for where nothing is ever granted. */
export const NO_GRANTS: GrantHistory = { lastGrant: async () => null };

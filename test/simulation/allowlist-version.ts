/** One version of the allowlist, and what it says, told apart from the code under test. */
export interface AllowlistVersion {
  readonly text: string;
  /** `broken`: a file that cannot be used. */
  readonly mode: 'apply' | 'propose' | 'off' | 'broken';
  readonly role: string;
  /** How long a grant by its rule lasts; null where it stays. */
  readonly lastsMinutes: number | null;
  readonly grantsPerHour: number | null;
  /** E-mail addresses. */
  readonly approvers: readonly string[];
  readonly forbidden: readonly string[];
}

export const USER_ROLE = 'roles/aiplatform.user';
export const EXPRESS_ROLE = 'roles/aiplatform.expressUser';

/** The address of a workload that the rule is about. */
export function workloadEmail(index: number): string {
  return `w${index}@acme-ml.iam.gserviceaccount.com`;
}

/** A version as it says itself. */
export function versionOf(facts: Omit<AllowlistVersion, 'text'>): AllowlistVersion {
  return { ...facts, text: facts.mode === 'broken' ? 'version: 1\nsurprise: true\n' : textOf(facts) };
}

/** True when its rule grants a member something in a project by itself. */
export function allowsByRule(version: AllowlistVersion, project: string, member: string): boolean {
  return (
    version.mode === 'apply' &&
    !isForbidden(version, project) &&
    /^serviceAccount:w\d+@acme-ml\.iam\.gserviceaccount\.com$/.test(member)
  );
}

/** True when a person (e-mail address) may have something granted in a project by it. */
export function allowsApproval(version: AllowlistVersion, project: string, person: string): boolean {
  return version.mode === 'apply' && !isForbidden(version, project) && version.approvers.includes(person);
}

function isForbidden({ forbidden }: AllowlistVersion, project: string): boolean {
  return project === 'acme-pay' || forbidden.includes(project);
}

function textOf({ mode, role, lastsMinutes, grantsPerHour, approvers, forbidden }: Omit<AllowlistVersion, 'text'>) {
  return `version: 1
organization: "123456789012"
domains: [example.com]
mode: ${mode}
role: ${role}
${approvers.length === 0 ? '' : `approvers: [${approvers.map((person) => `"user:${person}"`).join(', ')}]\n`}${grantsPerHour === null ? '' : `limits: { grantsPerHour: ${grantsPerHour} }\n`}rules:
  - id: workloads
    effect: allow
    principals: ["serviceAccount:w*@acme-ml.iam.gserviceaccount.com"]
    projects: [folders/456]
    crossProject: true
${lastsMinutes === null ? '' : `    expiresAfter: ${lastsMinutes}m\n`}  - id: payments
    effect: forbid
    projects: [folders/789]
${forbidden.map((project) => `  - id: not-${project}\n    effect: forbid\n    projects: [${project}]\n`).join('')}`;
}

import type { Allowlist, Rule } from './allowlist.ts';
import type { ProjectPattern } from './project-pattern.ts';

/** What is odd about a rule that is formally right. */
export interface LintWarning {
  readonly ruleId: string;
  readonly code: 'never-matches' | 'shadowed' | 'wide';
  readonly message: string;
}

/** Finds rules that can never match, that others make moot, and that are dangerously wide. */
export function lintAllowlist(allowlist: Allowlist): readonly LintWarning[] {
  return allowlist.rules
    .filter((rule) => rule.effect === 'allow')
    .flatMap((rule) => [...neverMatching(rule, allowlist), ...shadowed(rule, allowlist.rules), ...wide(rule)]);
}

function neverMatching(rule: Rule, { domains }: Allowlist): readonly LintWarning[] {
  const people = rule.principals.filter((pattern) => pattern.text.startsWith('user:'));
  const outside = people.filter(
    (pattern) => !domains.includes(pattern.text.slice(pattern.text.indexOf('@') + 1).toLowerCase()),
  );
  return outside.map(({ text }) => ({
    ruleId: rule.id,
    code: 'never-matches',
    message: `${text} is never granted: its domain is not in domains`,
  }));
}

function shadowed(rule: Rule, rules: readonly Rule[]): readonly LintWarning[] {
  const over = rules.find(
    (other) => other.effect === 'forbid' && isUnconditional(other) && coversProjects(other, rule),
  );
  return over === undefined
    ? []
    : [{ ruleId: rule.id, code: 'shadowed', message: `rule ${over.id} forbids everything in its projects` }];
}

function isUnconditional(rule: Rule): boolean {
  return rule.principals.length === 0 && rule.permissions.length === 0 && rule.when === null;
}

function coversProjects(forbid: Rule, rule: Rule): boolean {
  const named = new Set(forbid.projects.map(textOf));
  return rule.projects.every((project) => named.has(textOf(project)));
}

function wide(rule: Rule): readonly LintWarning[] {
  const anyAccount = rule.principals.find((pattern) => /^serviceAccount:\*@\*/.test(pattern.text));
  const isWholeOrganization = rule.projects.some((project) => textOf(project).startsWith('organizations/'));
  return [
    ...(anyAccount === undefined
      ? []
      : [
          warning(
            rule,
            `${anyAccount.text} covers service accounts of every project; {project} covers those of the project that refused`,
          ),
        ]),
    ...(isWholeOrganization && rule.permissions.length === 0 && rule.when === null
      ? [
          warning(
            rule,
            'it covers every project of the organization and every permission of the role; name permissions or folders',
          ),
        ]
      : []),
  ];
}

function warning(rule: Rule, message: string): LintWarning {
  return { ruleId: rule.id, code: 'wide', message };
}

function textOf(project: ProjectPattern): string {
  return project.kind === 'under' ? project.resource : project.text;
}

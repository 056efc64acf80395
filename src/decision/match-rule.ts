import type { Denial } from '../denial/denial.ts';
import type { Rule } from './allowlist.ts';
import { matchesMember } from './member-pattern.ts';
import { matchesName } from './name-pattern.ts';
import { matchesProject, type PatternMatch, type ProjectFacts } from './project-pattern.ts';
import type { RuleCondition } from './rule-condition.ts';

/** Whether a rule covers a denial, and why or why not. */
export interface RuleMatch {
  readonly rule: Rule;
  readonly result: PatternMatch;
  readonly why: string;
}

/**
 * Compares one rule with one denial; its condition is asked last. `now` is in milliseconds since the epoch. A rule matches when everything it asks about matches. Of the permissions, an
 * `allow` rule has to cover all that were refused; the others are about any of them.
 */
export function matchRule(rule: Rule, denial: Denial, project: ProjectFacts, now: number): RuleMatch {
  const answers = [
    { what: 'principals', result: matchPrincipals(rule, denial, project) },
    { what: 'projects', result: best(rule.projects.map((pattern) => matchesProject(pattern, project))) },
    { what: 'permissions', result: matchPermissions(rule, denial) },
  ];
  const failed = answers.find((answer) => answer.result === 'not-matched');
  if (failed !== undefined)
    return { rule, result: 'not-matched', why: `none of its ${failed.what} covers this denial` };
  const open = answers.find((answer) => answer.result === 'not-known');
  if (open !== undefined)
    return { rule, result: 'not-known', why: `its ${open.what} need a look-up that was not possible` };
  return rule.when === null
    ? { rule, result: 'matched', why: COVERED }
    : matchCondition(rule, rule.when, denial, project, now);
}

const COVERED = 'everything it names covers this denial';

function matchCondition(
  rule: Rule,
  when: RuleCondition,
  denial: Denial,
  project: ProjectFacts,
  now: number,
): RuleMatch {
  const { id, number, ancestors } = project;
  if (id === null || number === null || ancestors === null) {
    return { rule, result: 'not-known', why: 'its condition needs a look-up that was not possible' };
  }
  switch (when.evaluate({ denial, project: { id, number, ancestors }, now })) {
    case 'true':
      return { rule, result: 'matched', why: `${COVERED}, and its condition holds` };
    case 'false':
      return { rule, result: 'not-matched', why: 'its condition does not hold' };
    case 'failed':
      return { rule, result: 'not-known', why: 'its condition ended in an error' };
  }
}

function matchPrincipals(rule: Rule, denial: Denial, project: ProjectFacts): PatternMatch {
  return best(
    rule.principals.map((pattern) => {
      if (matchesMember(pattern, denial.principal, project.id)) return 'matched';
      return pattern.text.includes('{project}') && project.id === null ? 'not-known' : 'not-matched';
    }),
  );
}

function matchPermissions(rule: Rule, denial: Denial): PatternMatch {
  if (rule.permissions.length === 0) return 'matched';
  const covered = denial.permissions.filter((permission) =>
    rule.permissions.some((pattern) => matchesName(pattern, permission)),
  );
  const isEnough = rule.effect === 'allow' ? covered.length === denial.permissions.length : covered.length > 0;
  return covered.length > 0 && isEnough ? 'matched' : 'not-matched';
}

// A rule that asks nothing of a kind is not restricted by it.
function best(results: readonly PatternMatch[]): PatternMatch {
  if (results.length === 0 || results.includes('matched')) return 'matched';
  return results.includes('not-known') ? 'not-known' : 'not-matched';
}

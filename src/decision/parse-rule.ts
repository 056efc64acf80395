import { parseProject } from '../iam/project.ts';
import { describe, isRecord } from '../ingest/fields.ts';
import { APPROVAL_RULE, type Effect, type Rule } from './allowlist.ts';
import { checkKeys, didYouMean, type Note, type Path, readTexts, readWord } from './allowlist-issue.ts';
import { MEMBER_PREFIXES, type MemberPattern, PROJECT_PLACEHOLDER } from './member-pattern.ts';
import type { NamePattern } from './name-pattern.ts';
import { readDuration } from './parse-duration.ts';
import { parseLimits } from './parse-limits.ts';
import { parseReporting } from './parse-reporting.ts';
import type { ProjectPattern } from './project-pattern.ts';
import { parseCondition, type RuleCondition } from './rule-condition.ts';

/** The keys of a rule. */
export const RULE_KEYS = [
  'id',
  'effect',
  'principals',
  'projects',
  'permissions',
  'when',
  'certainty',
  'crossProject',
  'expiresAfter',
  'limits',
  'quiet',
  'channels',
  'approvers',
] as const;
const EFFECTS: readonly Effect[] = ['allow', 'propose', 'forbid', 'mute'];
const CERTAINTIES = ['likely', 'certain'] as const;

/** Reads one rule, noting every fault; null when it is no rule at all. */
export function parseRule(value: unknown, path: Path, note: Note): Rule | null {
  if (!isRecord(value)) {
    note(path, 'wrong-type', `expected a rule (id, effect, principals, projects), got ${describe(value)}`);
    return null;
  }
  checkKeys(value, path, RULE_KEYS, note);
  const texts = (key: string) => (value[key] === undefined ? [] : readTexts(value[key], [...path, key], note));
  const certainty =
    value.certainty === undefined ? 'likely' : readWord(value.certainty, [...path, 'certainty'], CERTAINTIES, note);
  const rule: Rule = {
    id: readId(value.id, [...path, 'id'], note),
    effect: readEffect(value.effect, [...path, 'effect'], note),
    principals: texts('principals').map((text, index) => readMember(text, [...path, 'principals', index], note)),
    projects: texts('projects').map((text, index) => readProject(text, [...path, 'projects', index], note)),
    permissions: texts('permissions').map((text, index) => readPermission(text, [...path, 'permissions', index], note)),
    when: value.when === undefined ? null : readWhen(value.when, [...path, 'when'], note),
    certainty: certainty ?? 'certain',
    crossProject: readCrossing(value.crossProject, [...path, 'crossProject'], note),
    expiresAfterMilliseconds:
      value.expiresAfter === undefined
        ? null
        : readDuration(value.expiresAfter, '15m', '365d', [...path, 'expiresAfter'], note),
    limits: parseLimits(value.limits, [...path, 'limits'], note),
    ...parseReporting(value, path, note),
  };
  checkScope(value, rule, path, note);
  return rule;
}

// A denial proves asking, not entitlement: what is granted has to be named, the caller and the place.
function checkScope(value: Readonly<Record<string, unknown>>, rule: Rule, path: Path, note: Note): void {
  if (rule.effect === 'allow') {
    for (const key of ['principals', 'projects'] as const) {
      if (value[key] === undefined) note([...path, key], 'missing', `an allow rule has to name its ${key}`);
    }
  } else if (['principals', 'projects', 'permissions'].every((key) => value[key] === undefined)) {
    note(
      path,
      'missing',
      `the rule names no principals, projects or permissions; to stop everything set mode: propose`,
    );
  }
}

function readId(value: unknown, path: Path, note: Note): string {
  if (value === APPROVAL_RULE)
    note(path, 'bad-value', `"${APPROVAL_RULE}" stands for a person's approval; choose another id`);
  if (typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(value)) return value;
  const problem = value === undefined ? 'missing' : 'bad-value';
  note(path, problem, `expected an id of letters, digits, dots, dashes and underscores, got ${describe(value)}`);
  return '';
}

function readEffect(value: unknown, path: Path, note: Note): Effect {
  if (value === undefined) {
    note(path, 'missing', `expected one of ${EFFECTS.join(', ')}`);
    return 'forbid';
  }
  return readWord(value, path, EFFECTS, note) ?? 'forbid';
}

function readCrossing(value: unknown, path: Path, note: Note): Rule['crossProject'] {
  if (value === undefined) return 'refused';
  if (typeof value !== 'boolean') note(path, 'wrong-type', `expected true or false, got ${describe(value)}`);
  return value === true ? 'allowed' : 'refused';
}

function readWhen(value: unknown, path: Path, note: Note): RuleCondition | null {
  if (typeof value !== 'string') {
    note(path, 'wrong-type', `expected an expression in quotes, got ${describe(value)}`);
    return null;
  }
  const reading = parseCondition(value);
  if (reading.kind === 'condition') return reading.condition;
  note(
    path,
    'bad-condition',
    `${reading.message} (at ${JSON.stringify(value.slice(reading.start, reading.start + 20))})`,
  );
  return null;
}

function readMember(text: string, path: Path, note: Note): MemberPattern {
  const fault = memberFault(text);
  if (fault !== null) note(path, 'bad-pattern', `${fault}, got ${describe(text)}`);
  return { text };
}

function memberFault(text: string): string | null {
  const bare = text.replaceAll(PROJECT_PLACEHOLDER, 'project-id');
  const braces = /\{[^}]*\}?|\}/.exec(bare)?.[0];
  if (braces !== undefined)
    return `the only placeholder is ${PROJECT_PLACEHOLDER}${didYouMean(braces, [PROJECT_PLACEHOLDER])}`;
  const prefix = MEMBER_PREFIXES.find((known) => bare.startsWith(known));
  if (prefix === undefined) {
    return `expected a member that starts with ${MEMBER_PREFIXES.join(', ')} (groups, domains, principal sets and the public are never granted)`;
  }
  const value = bare.slice(prefix.length);
  if (!/^[A-Za-z0-9*][A-Za-z0-9._%+:/@=,~|#*[\]-]*$/.test(value))
    return 'the member holds characters that no member has';
  if (prefix === 'user:' && !/^[^@]+@[^@*]+\.[^@*]+$/.test(value))
    return 'expected user: and an address whose domain is written out';
  if (prefix === 'serviceAccount:' && !isServiceAccountPattern(value)) {
    return 'expected serviceAccount: and an address under gserviceaccount.com';
  }
  return null;
}

function isServiceAccountPattern(value: string): boolean {
  return /^[^@]+@(?:[^@]+\.)?gserviceaccount\.com$/.test(value) || /^[^@]+\.svc\.id\.goog\[[^@]+\/[^@]+\]$/.test(value);
}

function readProject(text: string, path: Path, note: Note): ProjectPattern {
  if (/^(?:folders|organizations)\/[0-9]{1,20}$/.test(text)) return { kind: 'under', resource: text };
  const id = text.replaceAll('*', 'x');
  if (/^\*+$/.test(text)) note(path, 'bad-pattern', 'a star alone names no project; write organizations/NUMBER');
  else if (parseProject(id.padEnd(6, 'x'))?.kind !== 'project-id') {
    const hint = text.startsWith('projects/')
      ? didYouMean(text, [text.slice('projects/'.length)]) || ` (write ${text.slice(9)})`
      : '';
    note(
      path,
      'bad-pattern',
      `expected a project id, folders/NUMBER or organizations/NUMBER, got ${describe(text)}${hint}`,
    );
  }
  return { kind: 'project-id', text };
}

function readPermission(text: string, path: Path, note: Note): NamePattern {
  if (!/^[a-z][A-Za-z0-9]*\.[A-Za-z0-9*]+\.[A-Za-z0-9*]+$/.test(text)) {
    note(path, 'bad-pattern', `expected a permission such as aiplatform.endpoints.predict, got ${describe(text)}`);
  }
  return { text };
}

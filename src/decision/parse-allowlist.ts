import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { digest } from '../iam/digest.ts';
import { describe, isRecord } from '../ingest/fields.ts';
import { type Allowlist, DEFAULT_ROLE, type Mode, type Rule } from './allowlist.ts';
import { type AllowlistIssue, checkKeys, type Note, type Path, readTexts, readWord } from './allowlist-issue.ts';
import { parseLimits } from './parse-limits.ts';
import { parseReporting } from './parse-reporting.ts';
import { parseRole } from './parse-role.ts';
import { parseRule } from './parse-rule.ts';

/** An allowlist, or every fault of the file. */
export type AllowlistReading =
  | { readonly kind: 'allowlist'; readonly allowlist: Allowlist }
  | { readonly kind: 'issues'; readonly issues: readonly AllowlistIssue[] };

/** The keys of an allowlist. */
export const ALLOWLIST_KEYS = [
  'version',
  'organization',
  'domains',
  'mode',
  'role',
  'limits',
  'quiet',
  'channels',
  'approvers',
  'rules',
] as const;
const MODES: readonly Mode[] = ['off', 'propose', 'apply'];

/** Reads an allowlist strictly: an unknown key or a value that could be read wrongly is a fault, never passed over. */
export function parseAllowlist(text: string): AllowlistReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', uniqueKeys: true });
  const issues: AllowlistIssue[] = [...document.errors, ...document.warnings].map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { place: '', line, column: col, code: 'not-yaml', message: error.message.split('\n')[0] ?? '' };
  });
  if (document.directives?.yaml.explicit === true) {
    issues.push({
      place: '',
      line: 1,
      column: 1,
      code: 'not-yaml',
      message: 'a %YAML directive is not supported; remove it',
    });
  }
  if (issues.length > 0) return { kind: 'issues', issues };
  const note: Note = (path, code, message) => {
    issues.push({ place: formatPath(path), ...positionOf(document, lines, path), code, message });
  };
  const allowlist = readRoot(plainValue(document, note), digest([text]), note);
  return issues.length > 0 || allowlist === null ? { kind: 'issues', issues } : { kind: 'allowlist', allowlist };
}

// An alias would make one rule read like another, and can make a small file large: none is resolved.
function plainValue(document: Document, note: Note): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    note(
      [],
      'not-yaml',
      `anchors and aliases are not supported: ${error instanceof Error ? error.message : 'unreadable'}`,
    );
    return {};
  }
}

function readRoot(root: unknown, version: string, note: Note): Allowlist | null {
  if (!isRecord(root)) {
    note([], 'wrong-type', `expected an allowlist (version: 1, organization, rules), got ${describe(root)}`);
    return null;
  }
  checkKeys(root, [], ALLOWLIST_KEYS, note);
  if (root.version !== 1)
    note(
      ['version'],
      root.version === undefined ? 'missing' : 'bad-value',
      `expected version: 1, got ${describe(root.version)}`,
    );
  return {
    version,
    organization: readOrganization(root.organization, note),
    domains: root.domains === undefined ? [] : readDomains(root.domains, note),
    mode: root.mode === undefined ? 'propose' : (readMode(root.mode, note) ?? 'off'),
    role: root.role === undefined ? DEFAULT_ROLE : parseRole(root.role, root.organization, note),
    limits: parseLimits(root.limits, ['limits'], note),
    ...parseReporting(root, [], note),
    rules: root.rules === undefined ? [] : readRules(root.rules, note),
  };
}

// YAML 1.1 reads an unquoted off as false; 1.2, which is read here, does not. Other tools may rewrite it.
function readMode(value: unknown, note: Note): Mode | null {
  return readWord(value, ['mode'], MODES, note);
}

function readOrganization(value: unknown, note: Note): string {
  const path = ['organization'];
  if (value === undefined) note(path, 'missing', 'expected the number of the organization, in quotes');
  else if (typeof value === 'number') note(path, 'wrong-type', `expected text: put the number in quotes, "${value}"`);
  else if (typeof value !== 'string' || !/^[0-9]{5,20}$/.test(value)) {
    note(path, 'bad-value', `expected digits only, such as "123456789012", got ${describe(value)}`);
  }
  return typeof value === 'string' ? value : '';
}

function readDomains(value: unknown, note: Note): readonly string[] {
  return readTexts(value, ['domains'], note).map((domain, index) => {
    if (!/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i.test(domain)) {
      note(
        ['domains', index],
        'bad-value',
        `expected a domain such as example.com, without * or @, got ${describe(domain)}`,
      );
    }
    return domain.toLowerCase();
  });
}

/** Every decision lists every rule, and has to fit into a document of the ledger. */
const MOST_RULES = 1_000;

function readRules(value: unknown, note: Note): readonly Rule[] {
  if (!Array.isArray(value)) {
    note(['rules'], 'wrong-type', `expected a list of rules, got ${describe(value)}`);
    return [];
  }
  if (value.length > MOST_RULES)
    note(['rules'], 'bad-value', `expected at most ${MOST_RULES} rules, got ${value.length}; join some with lists`);
  const rules = value
    .slice(0, MOST_RULES)
    .flatMap((rule: unknown, index) => parseRule(rule, ['rules', index], note) ?? []);
  rules.forEach((rule, index) => {
    const first = rules.findIndex((other) => other.id === rule.id);
    if (first < index)
      note(['rules', index, 'id'], 'duplicate-id', `"${rule.id}" is the id of rules[${first}] already`);
  });
  return rules;
}

function formatPath(path: Path): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

// A missing key has no place of its own; what should hold it does.
function positionOf(
  document: Document,
  lines: LineCounter,
  path: Path,
): { readonly line: number; readonly column: number } {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) {
      const { line, col } = lines.linePos(node.range[0]);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}

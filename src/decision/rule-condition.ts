import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import type { Denial } from '../denial/denial.ts';
import { emailOf } from '../iam/principal.ts';
import { millisecondsOf } from '../iam/timestamp.ts';

/** A `when` of a rule: CEL, type-checked when the file is read, as in IAM Conditions. */
export interface RuleCondition {
  readonly text: string;
  /** False where the answer may change with time alone. */
  readonly isTimeless: boolean;
  /** `failed` for an expression that ends in an error; nothing is granted on it. */
  readonly evaluate: (facts: ConditionFacts) => 'true' | 'false' | 'failed';
}

/** A condition, or why the text is none; `start` is the offset of the fault in the text. */
export type ConditionReading =
  | { readonly kind: 'condition'; readonly condition: RuleCondition }
  | { readonly kind: 'fault'; readonly start: number; readonly message: string };

/** What a condition can see. */
export interface ConditionFacts {
  readonly denial: Denial;
  readonly project: { readonly id: string; readonly number: string; readonly ancestors: readonly string[] };
  /** Milliseconds since the epoch. */
  readonly now: number;
}

// What nobody needs to say when a call may be granted, and what could take long: regular expressions, loops in loops.
const LIMITS = { maxAstNodes: 200, maxDepth: 20, maxListElements: 50, maxMapEntries: 10, maxCallArguments: 8 };
const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'existsOne', 'map', 'filter']);
const MOST_PERMISSIONS = 50;

const environment = new Environment({ limits: LIMITS });
environment.registerVariable({
  name: 'denial',
  schema: {
    at: 'google.protobuf.Timestamp',
    service: 'string',
    method: 'string',
    permissions: 'list<string>',
    resource: 'string',
    location: 'string',
    model: 'string',
    callerIp: 'string',
  },
});
environment.registerVariable({ name: 'principal', schema: { kind: 'string', member: 'string', email: 'string' } });
environment.registerVariable({
  name: 'resource',
  schema: { project: 'string', number: 'string', ancestors: 'list<string>' },
});
environment.registerVariable('now', 'google.protobuf.Timestamp');

/** Reads and type-checks an expression. It has to be a truth, without regular expressions and nested loops. */
export function parseCondition(text: string): ConditionReading {
  const checked = environment.check(text);
  if (!checked.valid)
    return { kind: 'fault', start: checked.error?.range?.start ?? 0, message: firstLine(checked.error) };
  if (checked.type !== 'bool')
    return { kind: 'fault', start: 0, message: `expected a truth (bool), the expression is ${checked.type}` };
  const run = environment.parse(text);
  const fault = costlyPart(run.ast, 0);
  if (fault !== null) return fault;
  return {
    kind: 'condition',
    condition: {
      text,
      isTimeless: !asksForTime(run.ast),
      evaluate: (facts) => {
        try {
          const result: unknown = run(contextOf(facts));
          return result === true ? 'true' : result === false ? 'false' : 'failed';
        } catch {
          return 'failed';
        }
      },
    },
  };
}

function contextOf({ denial, project, now }: ConditionFacts) {
  return {
    denial: {
      at: new Date(millisecondsOf(denial.at)),
      service: denial.service,
      method: denial.method,
      permissions: denial.permissions.slice(0, MOST_PERMISSIONS),
      resource: denial.resource,
      location: denial.location ?? '',
      model: denial.model ?? '',
      callerIp: denial.callerIp ?? '',
    },
    principal: {
      kind: denial.principal.kind,
      member: denial.principal.member ?? '',
      email: emailOf(denial.principal) ?? '',
    },
    resource: { project: project.id, number: project.number, ancestors: project.ancestors },
    now: new Date(now),
  };
}

function costlyPart(node: ASTNode, loops: number): ConditionReading | null {
  const name = (node.op === 'call' || node.op === 'rcall') && typeof node.args[0] === 'string' ? node.args[0] : '';
  if (name === 'matches')
    return {
      kind: 'fault',
      start: node.start,
      message: 'regular expressions are not supported; use startsWith, endsWith or contains',
    };
  if (name === 'dyn') return { kind: 'fault', start: node.start, message: 'dyn() would switch the type check off' };
  const inside = LOOPS.has(name) ? loops + 1 : loops;
  if (inside > 1) return { kind: 'fault', start: node.start, message: 'a loop inside a loop is not supported' };
  for (const child of childrenOf(node.args)) {
    const fault = costlyPart(child, inside);
    if (fault !== null) return fault;
  }
  return null;
}

// `now`, `denial.at`, and whatever could spell the name of that field.
function asksForTime(node: ASTNode): boolean {
  if (node.op === 'id' && node.args === 'now') return true;
  if (node.op === 'value' && node.args === 'at') return true;
  const args: readonly unknown[] = Array.isArray(node.args) ? node.args : [];
  if (args.includes('at')) return true;
  const isIndex = node.op === '[]' || node.op === '[?]';
  if (isIndex && args.slice(1).some((arg) => !isNode(arg) || arg.op !== 'value')) return true;
  return childrenOf(node.args).some(asksForTime);
}

function childrenOf(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'the expression cannot be read';
}

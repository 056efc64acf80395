import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import type { Denial } from '../denial/denial.ts';
import { emailOf } from '../iam/principal.ts';
import { millisecondsOf } from '../iam/timestamp.ts';
import { loadPackage } from '../load-package.ts';
import { type ConditionFact, childrenOf, conditionFacts } from './condition-facts.ts';

/** A `when` of a rule: CEL, type-checked when the file is read, as in IAM Conditions. */
export interface RuleCondition {
  readonly text: string;
  /** What the answer depends on, of what changes from one denial to another or with time alone. */
  readonly asks: ReadonlySet<ConditionFact>;
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

let opened: Environment | null = null;

// Opened with the first condition: most allowlists have none.
function theEnvironment(): Environment {
  opened ??= openEnvironment();
  return opened;
}

function openEnvironment(): Environment {
  const cel: typeof import('@marcbachmann/cel-js') = loadPackage('@marcbachmann/cel-js');
  const environment = new cel.Environment({ limits: LIMITS });
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
  return environment;
}

/** Reads and type-checks an expression. It has to be a truth, without regular expressions and nested loops. */
export function parseCondition(text: string): ConditionReading {
  const environment = theEnvironment();
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
      asks: conditionFacts(run.ast),
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
  for (const child of childrenOf(node)) {
    const fault = costlyPart(child, inside);
    if (fault !== null) return fault;
  }
  return null;
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'the expression cannot be read';
}

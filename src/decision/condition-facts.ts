import type { ASTNode } from '@marcbachmann/cel-js';

/** What a condition can ask of a denial. */
export const DENIAL_FACTS = [
  'at',
  'service',
  'method',
  'permissions',
  'resource',
  'location',
  'model',
  'callerIp',
] as const;

/** A fact that changes from one denial to another, or with time alone. */
export type ConditionFact = (typeof DENIAL_FACTS)[number] | 'now';

/** The facts that an expression asks for. Where it takes the denial as a whole, and not one field of it, that is all of them. */
export function conditionFacts(node: ASTNode): ReadonlySet<ConditionFact> {
  return new Set(askedIn(node));
}

function askedIn(node: ASTNode): readonly ConditionFact[] {
  if (node.op === 'id') return node.args === 'now' ? ['now'] : node.args === 'denial' ? DENIAL_FACTS : [];
  const field = fieldOfDenial(node);
  return field === null ? childrenOf(node).flatMap(askedIn) : DENIAL_FACTS.filter((fact) => fact === field);
}

function fieldOfDenial(node: ASTNode): string | null {
  if (node.op === '.' || node.op === '.?') return isDenial(node.args[0]) ? node.args[1] : null;
  if (node.op !== '[]' && node.op !== '[?]') return null;
  const [whole, name] = node.args;
  return isDenial(whole) && name.op === 'value' && typeof name.args === 'string' ? name.args : null;
}

function isDenial({ op, args }: ASTNode): boolean {
  return op === 'id' && args === 'denial';
}

/** The parts of an expression. */
export function childrenOf({ args }: ASTNode): readonly ASTNode[] {
  return nodesIn(args);
}

function nodesIn(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

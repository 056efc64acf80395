import type { Condition } from './policy.ts';
import { millisecondsOf, parseTimestamp, type Timestamp } from './timestamp.ts';

/** Whether a condition held at a time; only conditions on `request.time` alone can be told. */
export type ConditionState = 'held' | 'unmet' | 'not-evaluated';

const COMPARISON =
  /^request\.time\s*(<=|<|>=|>)\s*(?:timestamp\(\s*(["'])([^"']+)\2\s*\)|date\(\s*(["'])(\d{4}-\d\d-\d\d)\4\s*\))$/;

/**
 * Evaluates a condition that is one comparison of `request.time`, or several joined by `&&`. Anything else is told as
 * not evaluated. A timestamp that is none makes its condition never true (iam/docs/conditions-attribute-reference).
 */
export function conditionAt(condition: Condition, at: Timestamp): ConditionState {
  const states = condition.expression.split('&&').map((part) =>
    comparisonAt(
      part
        .trim()
        .replace(/^\((.*)\)$/, '$1')
        .trim(),
      at,
    ),
  );
  if (states.includes('unmet')) return 'unmet';
  return states.includes('not-evaluated') ? 'not-evaluated' : 'held';
}

function comparisonAt(text: string, at: Timestamp): ConditionState {
  const match = COMPARISON.exec(text);
  if (match === null) return 'not-evaluated';
  const limit = parseTimestamp(match[3] ?? `${match[5]}T00:00:00Z`);
  if (limit === null) return 'unmet';
  const difference = millisecondsOf(at) - millisecondsOf(limit);
  switch (match[1]) {
    case '<':
      return difference < 0 ? 'held' : 'unmet';
    case '<=':
      return difference <= 0 ? 'held' : 'unmet';
    case '>':
      return difference > 0 ? 'held' : 'unmet';
    default:
      return difference >= 0 ? 'held' : 'unmet';
  }
}

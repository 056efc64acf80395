import { type AccessPath, accessFor } from './effective-access.ts';
import { isPlainRefusal } from './grantable.ts';
import type { Question } from './question.ts';

/** Whether the caller held every refused permission at the time of the call, and through which bindings. */
export type HeldAccess =
  | { readonly kind: 'held'; readonly paths: readonly AccessPath[] }
  | { readonly kind: 'not-held' };

/** Looks at all policies that could be read. Conditions on time count as they stood when the call was made. */
export function heldAccess(question: Question): HeldAccess {
  const { denial } = question;
  if (!isPlainRefusal(denial) || denial.principal.member === null) return { kind: 'not-held' };
  const accesses = denial.permissions.map((permission) => accessFor(question, permission).unconditional);
  if (accesses.some((paths) => paths.length === 0)) return { kind: 'not-held' };
  const paths = accesses.flat();
  return {
    kind: 'held',
    paths: paths.filter(
      (path, index) =>
        paths.findIndex((other) => other.role === path.role && other.resource === path.resource) === index,
    ),
  };
}

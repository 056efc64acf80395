import type { Policy } from '../iam/policy.ts';

/** The lines of a policy's bindings, each with a mark: `+` added, `-` removed, a space for what stayed. */
export function diffPolicies(before: Policy, after: Policy): readonly string[] {
  const old = linesOf(before);
  const next = linesOf(after);
  const kept = next.map((line) => (old.includes(line) ? `  ${line}` : `+ ${line}`));
  return [...kept, ...old.filter((line) => !next.includes(line)).map((line) => `- ${line}`)];
}

/** One line a member: role, member and condition. Equal policies have equal lines. */
export function linesOf(policy: Policy): readonly string[] {
  return policy.bindings.flatMap(({ role, members, condition }) =>
    members.map(
      (member) => `${role}  ${member}${condition === null ? '' : `  if ${condition.expression} (${condition.title})`}`,
    ),
  );
}

import type { Condition, Policy } from '../../src/iam/policy.ts';

/** One member with one role under one condition. */
export interface Held {
  readonly role: string;
  readonly member: string;
  readonly condition: Condition | null;
}

/** What somebody did to one access, and when (milliseconds since the epoch). */
export interface Deed extends Held {
  readonly project: string;
  readonly at: number;
}

/** Everything that a policy gives, by a key of all its parts. */
export function heldIn({ bindings }: Pick<Policy, 'bindings'>): ReadonlyMap<string, Held> {
  return new Map(
    bindings.flatMap(({ role, members, condition }) =>
      members.map((member): [string, Held] => {
        const held = { role, member, condition };
        return [heldKey(held), held];
      }),
    ),
  );
}

/** True when both are about the very same access in the same project. */
export function isSameHeld(one: Held & { readonly project: string }, other: Held & { readonly project: string }) {
  return one.project === other.project && heldKey(one) === heldKey(other);
}

/** The text by which one access in a project is told from every other. */
export function deedKey({ project, role, member, condition }: Held & { readonly project: string }): string {
  return JSON.stringify([project, role, member, condition]);
}

/** When one of our conditions ends, in milliseconds since the epoch; null where it is for good, or none of ours. */
export function endOf({ condition }: Held): number | null {
  const time = /^request\.time < timestamp\("([^"]+)"\)$/.exec(condition?.expression ?? '')?.[1];
  return time === undefined ? null : Date.parse(time);
}

function heldKey({ role, member, condition }: Held): string {
  const parts =
    condition === null ? [] : [condition.title, condition.description, condition.expression, condition.location];
  return JSON.stringify([role, member, ...parts]);
}

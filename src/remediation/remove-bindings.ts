import type { GrantBinding, Policy } from '../iam/policy.ts';
import { Redeliver } from '../redeliver.ts';
import { MAX_ATTEMPTS, type RemediationPorts } from './apply-changes.ts';
import { removeBinding } from './edit-policy.ts';

/** Bindings to take out of one project's policy, in one write. */
export interface Removal {
  readonly project: string;
  readonly bindings: readonly GrantBinding[];
  /** Becomes the request reason in the audit log. */
  readonly reason: string;
  /** `machine`: only while the mode is `apply`. A person may always take back what Guestlist gave. */
  readonly askedBy: 'machine' | 'person';
}

/** What came of a removal; `removed` counts the bindings that were there. */
export type RemovalResult =
  | { readonly kind: 'done'; readonly removed: number }
  | { readonly kind: 'held-back'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string };

/** Takes bindings out of a project's policy. */
export type RemoveBindings = (removal: Removal) => Promise<RemovalResult>;

/**
 * Takes exactly these bindings out: the same role, member and whole condition. Read at version 3, change purely, write
 * with the etag; a conflict repeats the whole cycle, as for a grant. What is not there any more is no fault.
 */
export async function removeBindings(removal: Removal, ports: RemediationPorts): Promise<RemovalResult> {
  let removed = 0;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    if (attempt > 0) await ports.backOff(attempt);
    const read = await ports.readPolicy(removal.project);
    if (read.kind === 'unavailable') continue;
    if (read.kind === 'refused') return read;
    const plan = planRemoval(read.policy, removal.bindings);
    if (plan.kind === 'refused') return plan;
    if (plan.count === 0) return { kind: 'done', removed };
    const { mode } = await ports.standing();
    if (removal.askedBy === 'machine' && mode !== 'apply')
      return { kind: 'held-back', detail: `the mode of the allowlist is ${mode}` };
    removed = plan.count;
    const written = await ports.writePolicy(removal.project, plan.policy, removal.reason);
    if (written.kind === 'written') return { kind: 'done', removed };
    if (written.kind === 'refused') return written;
  }
  throw new Redeliver('policy-contention', `the policy of ${removal.project} could not be written`);
}

type RemovalPlan =
  | { readonly kind: 'planned'; readonly policy: Policy; readonly count: number }
  | { readonly kind: 'refused'; readonly detail: string };

function planRemoval(policy: Policy, bindings: readonly GrantBinding[]): RemovalPlan {
  let next = policy;
  let count = 0;
  for (const binding of bindings) {
    const edit = removeBinding(next, binding);
    if (edit.kind === 'refused') return edit;
    if (edit.kind === 'changed') {
      next = edit.policy;
      count += 1;
    }
  }
  return { kind: 'planned', policy: next, count };
}

import type { Mode } from '../decision/allowlist.ts';
import type { Policy } from '../iam/policy.ts';
import { Redeliver } from '../redeliver.ts';
import { bindingOf, type Change } from './change.ts';
import { addBinding, holdsAlready } from './edit-policy.ts';

/** A change and the incident that asks for it. */
export interface ChangeRequest {
  readonly change: Change;
  readonly incidentId: string;
}

/** What became of a change. */
export type ChangeResult =
  | { readonly kind: 'applied'; readonly detail: string | null }
  | { readonly kind: 'already-granted' }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'held-back'; readonly mode: Mode }
  /** Nothing was to be written at all: the change is only explained. */
  | { readonly kind: 'not-written'; readonly detail: string };

/** A policy as read for writing, or why it could not be. */
export type PolicyRead =
  | { readonly kind: 'read'; readonly policy: Policy }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly detail: string };

/** What a write came to. After `uncertain` it may have taken effect. */
export type PolicyWrite =
  | { readonly kind: 'written'; readonly policy: Policy }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'uncertain'; readonly detail: string };

/** The world that a change needs. */
export interface RemediationPorts {
  /** Reads at version 3, never from a cache. */
  readPolicy(project: string): Promise<PolicyRead>;
  /** Writes bindings and etag only; `reason` becomes the request reason in the audit log. */
  writePolicy(project: string, policy: Policy, reason: string): Promise<PolicyWrite>;
  /** The mode in force at this moment. */
  currentMode(): Promise<Mode>;
  /** Waits before attempt `attempt` (1 is the first retry), with jitter. */
  backOff(attempt: number): Promise<void>;
}

/** Whole read-change-write cycles before the messages are handed back. */
export const MAX_ATTEMPTS = 10;

/**
 * Makes changes to one project's policy in one write: read at version 3, change purely, write with the etag, look at
 * what came back. A conflict repeats the whole cycle (iam/docs/allow-policies#etag), with backoff and at most
 * `MAX_ATTEMPTS` times; then `Redeliver`. Results come in the order of the requests.
 */
export async function applyChanges(
  requests: readonly ChangeRequest[],
  ports: RemediationPorts,
): Promise<readonly ChangeResult[]> {
  const project = requests[0]?.change.project ?? '';
  let isTried = false;
  let before: Policy | null = null;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    if (attempt > 0) await ports.backOff(attempt);
    const read = await ports.readPolicy(project);
    if (read.kind === 'refused') return requests.map(() => read);
    if (read.kind === 'unavailable') continue;
    before ??= read.policy;
    const plan = planWrite(isTried ? before : read.policy, read.policy, requests);
    if (plan.policy === null) return plan.results;
    const mode = await ports.currentMode();
    if (mode !== 'apply') return requests.map(() => ({ kind: 'held-back', mode }));
    const written = await ports.writePolicy(project, plan.policy, requestReason(requests));
    if (written.kind === 'written')
      return plan.results.map((result, index) => verified(result, requests[index], written.policy));
    if (written.kind === 'refused') return applyOneByOne(requests, written.detail, ports);
    isTried = isTried || written.kind === 'uncertain';
  }
  throw new Redeliver('policy-contention', `the policy of ${project} could not be written in ${MAX_ATTEMPTS} attempts`);
}

interface WritePlan {
  /** The policy to write, or null when nothing is to be added. */
  readonly policy: Policy | null;
  readonly results: readonly ChangeResult[];
}

// `seen` is the policy that tells what was there without us: after a write of ours whose answer was lost, what has
// appeared since then is our own work.
function planWrite(seen: Policy, policy: Policy, requests: readonly ChangeRequest[]): WritePlan {
  let next = policy;
  const results = requests.map(({ change }): ChangeResult => {
    const edit = addBinding(next, bindingOf(change));
    if (edit.kind === 'refused') return edit;
    if (edit.kind === 'changed') next = edit.policy;
    return holdsAlready(seen, bindingOf(change)) ? { kind: 'already-granted' } : { kind: 'applied', detail: null };
  });
  return { policy: next === policy ? null : next, results };
}

// One member that Google refuses (an account that does not exist) must not hold up the others.
async function applyOneByOne(
  requests: readonly ChangeRequest[],
  detail: string,
  ports: RemediationPorts,
): Promise<readonly ChangeResult[]> {
  if (requests.length === 1) return [{ kind: 'refused', detail }];
  const results: ChangeResult[] = [];
  for (const request of requests) results.push(...(await applyChanges([request], ports)));
  return results;
}

// An alias or secondary address is stored as the primary one, so the member may come back under another name.
function verified(result: ChangeResult, request: ChangeRequest | undefined, stored: Policy): ChangeResult {
  if (result.kind !== 'applied' || request === undefined || holdsAlready(stored, bindingOf(request.change)))
    return result;
  return {
    kind: 'applied',
    detail: 'the policy that came back does not name this member; an alias is stored as its primary address',
  };
}

function requestReason(requests: readonly ChangeRequest[]): string {
  const ids = [...new Set(requests.map((request) => request.incidentId))];
  return `guestlist incident ${ids.slice(0, 20).join(' ')}${ids.length > 20 ? ` and ${ids.length - 20} more` : ''}`;
}

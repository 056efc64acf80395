import { type Mode, UNUSABLE_VERSION } from '../decision/allowlist.ts';
import type { Policy } from '../iam/policy.ts';
import { Redeliver } from '../redeliver.ts';
import { bindingOf, type Change } from './change.ts';
import { addBinding, holdsAlready, holdsExactly, type PolicyEdit } from './edit-policy.ts';

/** A change, who asks for it and on what ground. */
export interface ChangeRequest {
  readonly change: Change;
  readonly incidentId: string;
  /** E-mail address of the person who approved it, or null where a rule allowed it. */
  readonly approvedBy: string | null;
  /** Version of the allowlist that was decided by. */
  readonly allowlistVersion: string;
  /** Called just before a write that holds this change is sent; when it fails, the change is left out. */
  readonly beforeWrite: () => Promise<void>;
  /**
   * The policy in which an earlier try, whose write was sent and never answered, did not find this very binding; null
   * where there was none. When the binding is there now, that write has landed late.
   */
  readonly seenWithout: Policy | null;
}

/** What the allowlist says at this moment. */
export interface Standing {
  readonly mode: Mode;
  readonly version: string;
}

/** What became of a change. */
export type ChangeResult =
  | {
      readonly kind: 'applied';
      readonly detail: string | null;
      /** `other-name`: an alias, which Google stores as its primary address. */
      readonly storedAs: 'asked' | 'other-name';
    }
  | { readonly kind: 'already-granted' }
  | { readonly kind: 'refused'; readonly detail: string }
  /** The allowlist has changed since the decision, or its mode no longer allows writing. */
  | { readonly kind: 'held-back'; readonly detail: string }
  /** Nothing was to be written at all: the change is only explained. */
  | { readonly kind: 'not-written'; readonly detail: string }
  /** Whoever asked may no longer write: `beforeWrite` failed with this error. */
  | { readonly kind: 'abandoned'; readonly error: unknown };

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
  /** A policy that was read or written a moment ago, or null. It may have changed since: only its etag can tell. */
  recentPolicy(project: string): Policy | null;
  /** Writes bindings and etag only; `reason` becomes the request reason in the audit log. */
  writePolicy(project: string, policy: Policy, reason: string): Promise<PolicyWrite>;
  /** What the allowlist says at this moment; asked before each write. */
  standing(): Promise<Standing>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Waits before attempt `attempt` (1 is the first retry), with jitter. */
  backOff(attempt: number): Promise<void>;
}

/** What is said of a grant that was found instead of confirmed. */
export const ANSWER_LOST = 'Google did not answer the write; the binding is there now.';

/** Whole read-change-write cycles before the messages are handed back. */
export const MAX_ATTEMPTS = 10;

/**
 * Makes changes to one project's policy in one write: read at version 3, change purely, write with the etag, look at
 * what came back. The first write may start from a policy that was seen a moment ago, where it adds all the changes: when
 * it is taken, its etag has shown that nothing else had happened. A conflict repeats the whole cycle (iam/docs/allow-policies#etag), with backoff and at most
 * `MAX_ATTEMPTS` times; then `Redeliver`. Results come in the order of the requests.
 */
export async function applyChanges(
  requests: readonly ChangeRequest[],
  ports: RemediationPorts,
): Promise<readonly ChangeResult[]> {
  return cycle(requests, null, ports);
}

// `before` is the policy as it was when a write was first sent whose answer was lost: what has appeared since then is
// our own work. While it is null, no such write was sent.
async function cycle(
  requests: readonly ChangeRequest[],
  sent: Policy | null,
  ports: RemediationPorts,
): Promise<readonly ChangeResult[]> {
  const project = requests[0]?.change.project ?? '';
  let before = sent;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    if (attempt > 0) await ports.backOff(attempt);
    const planned = await planFrom(
      attempt === 0 && before === null && requests.every(isNamed) ? ports.recentPolicy(project) : null,
      requests,
      before,
      ports,
    );
    if (planned.kind === 'unavailable') continue;
    if (planned.kind === 'refused') {
      if (before !== null) unsettled(project, planned.detail);
      return requests.map(() => planned);
    }
    const { policy, standing, plan, isNewest } = planned;
    if (plan.policy === null)
      return before === null || !plan.isHeldBack ? plan.results : unsettled(project, 'the allowlist changed meanwhile');
    const lost = await lostRequests(plan.writing);
    if (lost.size > 0) return cycleWithout(lost, requests, before, ports);
    // Recording took its time, and the kill switch may have been thrown meanwhile.
    if (!isSameStanding(standing, await ports.standing())) continue;
    const written = await ports.writePolicy(project, plan.policy, requestReason(plan.writing));
    switch (written.kind) {
      case 'written':
        return plan.results.map((result, index) => verified(result, requests[index], written.policy));
      case 'refused':
        // Of an old policy a refusal may say nothing about the newest.
        if (isNewest) return applyOneByOne(requests, before, written.detail, ports);
        break;
      case 'uncertain':
        before ??= policy;
        break;
      case 'conflict':
        break;
    }
  }
  throw new Redeliver('policy-contention', `the policy of ${project} could not be written in ${MAX_ATTEMPTS} attempts`);
}

interface Planned {
  readonly kind: 'planned';
  /** What the write starts from. */
  readonly policy: Policy;
  readonly standing: Standing;
  readonly plan: WritePlan;
  /** Whether the policy was read for this write. */
  readonly isNewest: boolean;
}

// A grant for a time has a name that nobody else gives: should its write not be answered, it is known again for ours. One
// for good could be somebody else's, made since the policy was seen.
function isNamed({ change }: ChangeRequest): boolean {
  return change.condition !== null;
}

// Whatever is not a change that the write makes has to be said of the policy as it is now.
async function planFrom(
  recent: Policy | null,
  requests: readonly ChangeRequest[],
  before: Policy | null,
  ports: RemediationPorts,
): Promise<Planned | Exclude<PolicyRead, { kind: 'read' }>> {
  const project = requests[0]?.change.project ?? '';
  const planOn = async (policy: Policy, isNewest: boolean): Promise<Planned> => {
    const standing = await ports.standing();
    return {
      kind: 'planned',
      policy,
      standing,
      plan: planWrite(before ?? policy, policy, requests, standing, ports.now()),
      isNewest,
    };
  };
  const first = recent === null ? null : await planOn(recent, false);
  if (first !== null && first.plan.writing.length === requests.length) return first;
  const read = await ports.readPolicy(project);
  return read.kind === 'read' ? planOn(read.policy, true) : read;
}

function isSameStanding(one: Standing, other: Standing): boolean {
  return one.mode === other.mode && one.version === other.version;
}

async function lostRequests(requests: readonly ChangeRequest[]): Promise<ReadonlyMap<ChangeRequest, unknown>> {
  const lost = new Map<ChangeRequest, unknown>();
  await Promise.all(
    requests.map((request) => request.beforeWrite().catch((error: unknown) => void lost.set(request, error))),
  );
  return lost;
}

// One who may no longer write must not hold up the others.
async function cycleWithout(
  lost: ReadonlyMap<ChangeRequest, unknown>,
  requests: readonly ChangeRequest[],
  before: Policy | null,
  ports: RemediationPorts,
): Promise<readonly ChangeResult[]> {
  const rest = requests.filter((request) => !lost.has(request));
  const results = rest.length === 0 ? [] : await cycle(rest, before, ports);
  return requests.map(
    (request) => results[rest.indexOf(request)] ?? { kind: 'abandoned', error: lost.get(request) ?? null },
  );
}

// A write was sent and nobody knows whether it took effect: saying anything now could be wrong, so it is tried again.
function unsettled(project: string, detail: string): never {
  throw new Redeliver(
    'policy-write-unavailable',
    `a write to the policy of ${project} may have taken effect: ${detail}`,
  );
}

interface WritePlan {
  /** The policy to write, or null when nothing is to be added. */
  readonly policy: Policy | null;
  readonly results: readonly ChangeResult[];
  /** The requests whose change is added by the write. */
  readonly writing: readonly ChangeRequest[];
  readonly isHeldBack: boolean;
}

// `seen` is the policy that tells what was there without us.
function planWrite(
  seen: Policy,
  policy: Policy,
  requests: readonly ChangeRequest[],
  standing: Standing,
  now: number,
): WritePlan {
  let next = policy;
  const writing: ChangeRequest[] = [];
  const results: ChangeResult[] = [];
  for (const request of requests) {
    const edit = addBinding(next, bindingOf(request.change), now);
    const objection = edit.kind === 'changed' ? objectionOf(request, standing) : null;
    if (edit.kind === 'changed' && objection === null) {
      next = edit.policy;
      writing.push(request);
    }
    results.push(resultOf(edit, objection, request, seen, policy));
  }
  const isHeldBack = results.some((result) => result.kind === 'held-back');
  return { policy: writing.length === 0 ? null : next, results, writing, isHeldBack };
}

function resultOf(
  edit: PolicyEdit,
  objection: string | null,
  { change, seenWithout }: ChangeRequest,
  seen: Policy,
  policy: Policy,
): ChangeResult {
  switch (edit.kind) {
    case 'refused':
      return edit;
    case 'present': {
      const binding = bindingOf(change);
      const isOurs = !holdsAlready(seenWithout ?? seen, binding) && holdsExactly(policy, binding);
      return isOurs ? { kind: 'applied', detail: ANSWER_LOST, storedAs: 'asked' } : { kind: 'already-granted' };
    }
    case 'changed':
      return objection === null
        ? { kind: 'applied', detail: null, storedAs: 'asked' }
        : { kind: 'held-back', detail: objection };
  }
}

function objectionOf({ allowlistVersion }: ChangeRequest, standing: Standing): string | null {
  if (standing.version === UNUSABLE_VERSION) return 'The newest version of the allowlist cannot be used.';
  if (standing.mode !== 'apply')
    return `The mode of the allowlist became ${standing.mode} before the grant was written.`;
  return standing.version === allowlistVersion ? null : 'The allowlist changed before the grant was written.';
}

// One member that Google refuses (an account that does not exist) must not hold up the others.
async function applyOneByOne(
  requests: readonly ChangeRequest[],
  before: Policy | null,
  detail: string,
  ports: RemediationPorts,
): Promise<readonly ChangeResult[]> {
  if (requests.length === 1) return [{ kind: 'refused', detail }];
  const results: ChangeResult[] = [];
  for (const request of requests) results.push(...(await cycle([request], before, ports)));
  return results;
}

// An alias or secondary address is stored as the primary one, so the member may come back under another name.
function verified(result: ChangeResult, request: ChangeRequest | undefined, stored: Policy): ChangeResult {
  if (result.kind !== 'applied' || request === undefined || holdsAlready(stored, bindingOf(request.change)))
    return result;
  return {
    kind: 'applied',
    detail: 'the policy that came back does not name this member; an alias is stored as its primary address',
    storedAs: 'other-name',
  };
}

function requestReason(requests: readonly ChangeRequest[]): string {
  const ids = [...new Set(requests.map((request) => request.incidentId))];
  const people = [...new Set(requests.flatMap(({ approvedBy }) => approvedBy ?? []))];
  const approved = people.length === 0 ? '' : ` approved by ${people.slice(0, 5).join(' ')}`;
  return `guestlist incident ${ids.slice(0, 20).join(' ')}${ids.length > 20 ? ` and ${ids.length - 20} more` : ''}${approved}`;
}

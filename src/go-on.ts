import { carryOut, conclude } from './carry-out.ts';
import type { Denial } from './denial/denial.ts';
import type { Policy } from './iam/policy.ts';
import type { Claimed } from './ledger/ledger.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { Redeliver } from './redeliver.ts';
import { ANSWER_LOST } from './remediation/apply-changes.ts';
import { bindingOf, type Change, isWithin } from './remediation/change.ts';
import { holdsExactly } from './remediation/edit-policy.ts';
import type { Intent } from './remediation/intent.ts';
import type { Report } from './report/report.ts';

/**
 * Goes on where a try left off that had recorded its intent. The world may have changed since, so all is decided anew.
 * Only when that try had sent its write, and what it intended is there, is it told as what it was: done, by us.
 */
export async function goOnWith(
  claimed: Extract<Claimed, { readonly kind: 'resume-intent' }>,
  denial: Denial,
  pipeline: Pipeline,
  examineAgain: () => Promise<Intent>,
): Promise<Report> {
  const found = await tellIfThere(claimed, denial, pipeline);
  if (found.kind === 'told') return found.report;
  const next = sameBinding(found, await examineAgain(), pipeline.now());
  if (next.intent.decision.kind !== 'apply' || next.seenWithout === undefined) awaitLanding(found, pipeline.now());
  return carryOut(next.intent, { ...claimed, ...next }, denial, pipeline);
}

/** What was found of an earlier try: told already, or the policy in which its write was not there (yet). */
export type FoundOfTry =
  | { readonly kind: 'told'; readonly report: Report }
  | { readonly kind: 'nothing-sent' }
  | {
      readonly kind: 'not-there';
      readonly change: Change;
      readonly policy: Policy;
      /** Until when it may take effect all the same, in milliseconds since the epoch. */
      readonly landsUntil: number;
    };

/** Longer than any call to Google is waited for, by whichever clock: what has no effect by then will have none. */
const LANDING_MILLISECONDS = 7 * 60_000;

/**
 * Looks for the very binding that an earlier try sent a write for, and tells it as made when it is there. Throws
 * `Redeliver` when it cannot be seen, for saying anything then could be wrong.
 */
export async function tellIfThere(
  taken: Extract<Claimed, { readonly kind: 'new' | 'resume-intent' }>,
  denial: Denial,
  pipeline: Pipeline,
): Promise<FoundOfTry> {
  const sent = taken.kind === 'resume-intent' && taken.progress === 'write-sent' ? taken.intent : null;
  if (sent === null || sent.change === null) return { kind: 'nothing-sent' };
  const { change } = sent;
  const landsUntil = (taken.kind === 'resume-intent' ? (taken.sentAt ?? 0) : 0) + LANDING_MILLISECONDS;
  const found = await pipeline.evidence.policies.readPolicy(`projects/${change.project}`);
  if (found.kind !== 'known')
    throw new Redeliver('evidence-unavailable', `a write may have taken effect, and cannot be seen: ${found.detail}`);
  if (!holdsExactly(found.value, bindingOf(change)))
    return { kind: 'not-there', change, policy: found.value, landsUntil };
  const outcome = { kind: 'applied', detail: ANSWER_LOST } as const;
  return {
    kind: 'told',
    report: await conclude({ intent: sent, outcome, storedAs: 'asked' }, taken, denial, pipeline),
  };
}

/**
 * Lets nothing else be said or done about access while the write of an earlier try may still give it: that would be a
 * grant of which nobody knows. Throws `Redeliver` until then.
 */
export function awaitLanding(found: FoundOfTry, now: number): void {
  if (found.kind !== 'not-there' || now >= found.landsUntil) return;
  const { project } = found.change;
  throw new Redeliver('policy-write-unavailable', `a write to the policy of ${project} may still take effect`);
}

/**
 * A new try for access that an earlier one may still bring about asks for the very same binding, so that both together
 * make one; but not for one that has come to its end meanwhile.
 */
export function sameBinding(
  found: FoundOfTry,
  intent: Intent,
  now: number,
): { readonly intent: Intent; readonly seenWithout?: Policy; readonly landsUntil?: number } {
  const isCovered =
    found.kind === 'not-there' &&
    intent.change !== null &&
    isWithin(found.change, intent.change) &&
    !isEnded(found.change, now);
  return isCovered
    ? { intent: { ...intent, change: found.change }, seenWithout: found.policy, landsUntil: found.landsUntil }
    : { intent };
}

// Not before its time: until then what is late could still bring it about.
function isEnded({ expiresAt }: Change, now: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= now;
}

import { carryOut, conclude } from './carry-out.ts';
import type { Denial } from './denial/denial.ts';
import type { Claimed } from './ledger/ledger.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { Redeliver } from './redeliver.ts';
import { bindingOf, isWithin } from './remediation/change.ts';
import { holdsAlready } from './remediation/edit-policy.ts';
import type { Intent } from './remediation/intent.ts';
import type { Report } from './report/report.ts';

/**
 * Goes on where a try left off that had recorded its intent. The world may have changed since, so all is decided anew.
 * Only when that try had sent its write, and what it intended is there, is it told as what it was: done, by us. Its
 * write may also be on its way still: a new try for the same access asks for the very same binding, so that both
 * together make one.
 */
export async function goOnWith(
  claimed: Extract<Claimed, { readonly kind: 'resume-intent' }>,
  denial: Denial,
  pipeline: Pipeline,
  examineAgain: () => Promise<Intent>,
): Promise<Report> {
  const { intent, progress } = claimed;
  if (progress === 'nothing-sent') return carryOut(await examineAgain(), claimed, denial, pipeline);
  if (await isThere(intent, pipeline)) return conclude(intent, { kind: 'applied' }, claimed, denial, pipeline);
  const again = await examineAgain();
  const isCovered = again.change !== null && intent.change !== null && isWithin(intent.change, again.change);
  return carryOut(isCovered ? { ...again, change: intent.change } : again, claimed, denial, pipeline);
}

async function isThere({ change }: Intent, { evidence }: Pipeline): Promise<boolean> {
  if (change === null) return false;
  const found = await evidence.policies.readPolicy(`projects/${change.project}`);
  if (found.kind === 'known') return holdsAlready(found.value, bindingOf(change));
  // Saying anything now could be wrong.
  throw new Redeliver('evidence-unavailable', `a write may have taken effect, and cannot be seen: ${found.detail}`);
}

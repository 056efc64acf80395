import { emptySnapshot } from '../../src/ledger/document-store.ts';
import { keyOf } from '../../src/ledger/keys.ts';
import type { Reservation } from '../../src/ledger/records.ts';
import type { Cloud } from './cloud.ts';
import { deedKey, isSameHeld } from './held.ts';
import { MINUTE, SKEW_MILLISECONDS } from './plan.ts';

/** What is counted against limits is what was granted: no more, no less, and never over a limit. */
export async function judgeLimits(cloud: Cloud, complain: (text: string) => void): Promise<void> {
  judgeBudgets(cloud, complain);
  const { grantsPerHour } = cloud.plan.first;
  const counted = [...cloud.watch.counted.values()];
  if (grantsPerHour !== null)
    for (const { grant, reservations } of counted)
      if (reservations.length === 0) complain(`the grant ${grant.id} was counted against no limit`);
  const reservations = counted.flatMap((one) => one.reservations);
  for (const [budgetId, own] of Map.groupBy(reservations, (one) => one.budgetId))
    await judgeCounter(budgetId, own, cloud, complain);
}

// What is out of the window is forgotten when a grant is counted, also one that then comes to nothing.
async function judgeCounter(
  budgetId: string,
  granted: readonly Reservation[],
  { store, watch }: Cloud,
  complain: (text: string) => void,
): Promise<void> {
  const snapshot = emptySnapshot();
  const key = keyOf('budgets', budgetId);
  await store.read([key], snapshot);
  const slots = snapshot.get(key)?.record.slots ?? {};
  const newest = watch.newestSlots.get(budgetId) ?? 0;
  const bySlot = Map.groupBy(granted, ({ slot }) => slot);
  for (const slot of new Set([...bySlot.keys(), ...Object.keys(slots).map(Number)])) {
    const [own, count] = [bySlot.get(slot)?.length ?? 0, slots[slot] ?? 0];
    const isForgotten = count === 0 && slot < newest - SLOTS_OF_A_WINDOW;
    if (own !== count && !isForgotten)
      complain(`${count} grants are counted where ${own} were made (${budgetId} ${slot})`);
  }
}

const SLOTS_OF_A_WINDOW = 55;

function judgeBudgets({ additions, byOthers, plan }: Cloud, complain: (text: string) => void): void {
  const most = plan.first.grantsPerHour;
  if (most === null) return;
  // A try that goes on after a crash cannot know that somebody took its binding away meanwhile: it is one grant, also
  // where the allowlist has changed its terms or its role since.
  const isRemade = (addition: (typeof additions)[number]) =>
    byOthers.some(({ kind, at, ...held }) => kind === 'removed' && at > addition.at && isSameHeld(held, addition)) &&
    additions.some(
      ({ project, member, at }) => at > addition.at && project === addition.project && member === addition.member,
    );
  const standing = additions.filter((addition) => !isRemade(addition));
  const grants = [...new Map(standing.map((addition) => [deedKey(addition), addition])).values()];
  for (const { at } of grants) {
    const within = grants.filter((other) => other.at >= at && other.at - at < 60 * MINUTE - SKEW_MILLISECONDS);
    if (within.length > most) complain(`${within.length} grants within an hour, and ${most} are the most`);
  }
}

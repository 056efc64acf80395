import type { Cloud } from './cloud.ts';
import { MINUTE } from './plan.ts';
import type { Mishap } from './scheduler.ts';

/** Pauses of a process: some shorter than its lease, some longer, also longer than any retry. */
const PAUSES = [2_000, 30_000, 100_000, 200_000, 400_000, 12 * MINUTE];

/** What was sent takes effect within this time, or never; Guestlist waits for longer, for clocks differ. */
const LATEST_MILLISECONDS = 4 * MINUTE;

/** Draws what goes wrong around one effect of a process. */
export function drawMishap(what: string, cloud: Cloud): Mishap {
  const { plan, random, isRough } = cloud;
  const { fails, killed, stalls, lands } = plan.mishaps;
  if (!isRough) return { kind: 'none' };
  if ((what === 'iam write' || what === 'ledger commit') && random.chance(what === 'iam write' ? lands : lands / 20))
    return { kind: random.pick(['fails-and-lands', 'killed-and-lands'] as const), landing: landingIn(cloud) };
  if (random.chance(killed)) return { kind: random.pick(['killed-before', 'killed-after'] as const) };
  if (random.chance(stalls))
    return { kind: random.pick(['stalls-before', 'stalls-after'] as const), milliseconds: random.pick(PAUSES) };
  return random.chance(fails) ? { kind: random.pick(['fails-before', 'fails-after'] as const) } : { kind: 'none' };
}

// Some land at any time; some in the worst moment, which is just after somebody has looked for them.
function landingIn(cloud: Cloud): (land: () => void) => void {
  const { scheduler, random, landings } = cloud;
  const milliseconds = random.pick([random.below(5_000), random.below(LATEST_MILLISECONDS)]);
  if (random.chance(0.6)) return (land) => scheduler.after(milliseconds, land);
  return (land) => {
    let isLanded = false;
    const landOnce = () => {
      if (!isLanded) land();
      isLanded = true;
    };
    landings.push(landOnce);
    scheduler.after(LATEST_MILLISECONDS, landOnce);
  };
}

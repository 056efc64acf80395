import type { EvidenceKind } from './result.ts';

/** What each kind of evidence leaves unknown. */
export const LEFT_UNKNOWN: Readonly<Record<EvidenceKind, readonly string[]>> = {
  offline: [
    'Nothing was looked up, so nothing is sure to be granted: what a rule allows is listed with what look-ups have to confirm (--world or --live).',
    'In which folder and organization a project lies: rules that name folders could not be told.',
    'What the policies say: a caller may hold the role already, or be refused by a deny policy, which looks like a missing role.',
  ],
  world: [
    'Policies count as they stand in the world file, not as they were when each call was refused.',
    'What the file does not hold is not known, and nothing is granted on it.',
  ],
  live: [
    'Policies count as they are now, not as they were when each call was refused: whoever was given the role since counts as holding it.',
    'What may not be read is not known, and nothing is granted on it.',
  ],
};

/** How a backtest is worked out. */
export const MODEL_NOTES: readonly string[] = [
  'Causes, decisions and rules count denials as guestlist explain tells them, knowing the whole history.',
  'Outcomes are what the function would have done at that time: it reports an incident once and is quiet for a while, counts grants against the limits by the time of the entries, and sees no more of a caller than had been logged by then, 5 seconds included.',
  'A grant counts as in force until it expires. Denials of the same access within 10 minutes are propagation; later ones would not have happened and count as avoided.',
  'Proposals count as not approved. Grants start from an empty ledger.',
  'Entries are put in order of time; an entry that came several times (same log, time and id) counts once.',
];

import { MINUTE, START } from './plan.ts';
import type { Random } from './random.ts';

/** What a person does about a proposal. */
export interface PlannedApproval {
  readonly at: number;
  /** Whoever approves; two of them do it in the same moment. `the-caller`: whoever made the call, or stands behind it. */
  readonly people: readonly (string | 'the-caller')[];
  /** The hash that was shown, that of an earlier version of the proposal, or none that it ever had. */
  readonly hash: 'shown' | 'earlier' | 'made-up';
  /** How long it takes from the look to the approval. */
  readonly thinksMilliseconds: number;
  /** How often it is tried again after it failed. */
  readonly retries: number;
  /** What is said to it: each of them says yes, or the first says no. */
  readonly answer: 'yes' | 'first-says-no';
}

/** A person who takes a grant back. */
export interface PlannedUndo {
  readonly at: number;
  readonly thinksMilliseconds: number;
  readonly retries: number;
}

/** Draws what people do in a run. */
export function drawPeople(random: Random): {
  readonly approvals: readonly PlannedApproval[];
  readonly undos: readonly PlannedUndo[];
} {
  const at = () => START + (3 + random.below(52)) * MINUTE + random.below(MINUTE);
  const thinks = () => random.pick([0, 2_000, 90_000]);
  return {
    approvals: Array.from({ length: random.pick([0, 0, 1, 3, 6]) }, () => ({
      at: at(),
      people: random.pick(APPROVERS),
      hash: random.pick(['shown', 'shown', 'shown', 'shown', 'earlier', 'made-up'] as const),
      thinksMilliseconds: thinks(),
      retries: random.pick([0, 2, 4]),
      answer: 'yes',
    })),
    undos: Array.from({ length: random.pick([0, 0, 0, 1, 2]) }, () => ({
      at: at(),
      thinksMilliseconds: thinks(),
      retries: random.pick([0, 3]),
    })),
  };
}

const APPROVERS: readonly PlannedApproval['people'][] = [
  ['ada@example.com'],
  ['ada@example.com'],
  ['ada@example.com', 'bob@example.com'],
  ['ada@example.com', 'ada@example.com'],
  ['bob@example.com'],
  ['user2@example.com'],
  ['mallory@example.com'],
  ['the-caller'],
  ['ada@example.com', 'mallory@example.com'],
];

import type { Budget } from '../decision/budgets.ts';
import { digest } from '../iam/digest.ts';
import { keyOf } from './keys.ts';
import type { BudgetRecord, Reservation } from './records.ts';
import type { Session } from './transact.ts';

/** A window is counted in this many slots, so that a document stays small whatever the limit. */
const SLOTS = 60;

/** The document in which a limit is counted. */
export function budgetIdOf({ key }: Budget): string {
  return `b-${digest([key])}`;
}

/**
 * Counts one grant against every limit, or against none when one is reached; `mine` is what the same round counted
 * before and is counted once. A slot counts until all of it is out of the window, so never too few are counted. Gives
 * the new reservations, or the text of the limit that is reached.
 */
export function reserve(
  session: Session,
  budgets: readonly Budget[],
  mine: readonly Reservation[],
  now: number,
):
  | { readonly kind: 'reserved'; readonly reservations: readonly Reservation[] }
  | { readonly kind: 'over'; readonly text: string } {
  const open = budgets.map((budget) => ({ budget, slots: slotsWithout(session, budget, mine, now) }));
  const over = open.find(({ budget, slots }) => total(slots) >= budget.most);
  if (over !== undefined) return { kind: 'over', text: over.budget.text };
  return {
    kind: 'reserved',
    reservations: open.map(({ budget, slots }) => {
      const reservation = reservationFor(budget, now);
      put(session, budgetIdOf(budget), add(slots, reservation.slot, 1), budget.windowMilliseconds, now);
      return reservation;
    }),
  };
}

/** Takes reservations back. */
export function giveBack(session: Session, reservations: readonly Reservation[], now: number): void {
  for (const { budgetId, slot, windowMilliseconds } of reservations) {
    const slots = session.get(keyOf('budgets', budgetId))?.slots ?? {};
    put(session, budgetId, add(slots, slot, -1), windowMilliseconds, now);
  }
}

function reservationFor(budget: Budget, now: number): Reservation {
  const slotMilliseconds = budget.windowMilliseconds / SLOTS;
  const slot = Math.floor(now / slotMilliseconds);
  return { budgetId: budgetIdOf(budget), slot, slotMilliseconds, windowMilliseconds: budget.windowMilliseconds };
}

function slotsWithout(
  session: Session,
  budget: Budget,
  mine: readonly Reservation[],
  now: number,
): BudgetRecord['slots'] {
  const budgetId = budgetIdOf(budget);
  const slotMilliseconds = budget.windowMilliseconds / SLOTS;
  const slots = session.get(keyOf('budgets', budgetId))?.slots ?? {};
  const own = mine.filter((reservation) => reservation.budgetId === budgetId);
  const others = own.reduce((rest, { slot }) => add(rest, slot, -1), slots);
  return Object.fromEntries(
    Object.entries(others).filter(([slot]) => now < (Number(slot) + 1) * slotMilliseconds + budget.windowMilliseconds),
  );
}

function add(slots: BudgetRecord['slots'], slot: number, count: number): BudgetRecord['slots'] {
  const { [slot]: present = 0, ...others } = slots;
  return present + count > 0 ? { ...others, [slot]: present + count } : others;
}

function total(slots: BudgetRecord['slots']): number {
  return Object.values(slots).reduce((sum, count) => sum + count, 0);
}

function put(session: Session, id: string, slots: BudgetRecord['slots'], window: number, now: number): void {
  session.put(keyOf('budgets', id), { slots }, { at: now, due: null, keepUntil: now + 2 * window });
}

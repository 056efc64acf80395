import { count } from '../backtest/charts.ts';
import { shortLine } from '../report/quote-shell.ts';
import type { CommandIo } from './io.ts';

/** Names what could not be read on standard error: the first ones, then only how many there were. */
export interface UnreadableEntries {
  note(place: string, reason: string): void;
  /** Says how many more there were. */
  end(): void;
  readonly total: number;
}

const MOST_NAMED = 20;

/** Starts with none. */
export function createUnreadableEntries(io: Pick<CommandIo, 'err'>, beforeLine: () => void): UnreadableEntries {
  let total = 0;
  return {
    get total() {
      return total;
    },
    note: (place, reason) => {
      total += 1;
      if (total > MOST_NAMED) return;
      beforeLine();
      io.err(`${shortLine(place, 300)}: could not be read: ${shortLine(reason, 1_000)}\n`);
    },
    end: () => {
      if (total > MOST_NAMED) io.err(`and ${count(total - MOST_NAMED)} more that could not be read\n`);
    },
  };
}

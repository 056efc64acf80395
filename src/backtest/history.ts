import { mergeRuns, type RunReader } from './merge-runs.ts';
import { SortedRun } from './sorted-run.ts';

/** One entry of a history in its turn. The object is used again for the next. */
export interface Moment {
  /** Milliseconds since the epoch. */
  at: number;
  /** The id of the case that its denial belongs to. */
  found: number;
}

/**
 * A history as times and cases. Exports come in any order, and repeat entries: this one is read back in order of time,
 * each entry once. What does not fit into memory goes to a file.
 */
export interface History {
  /** Adds an entry. `mark` tells entries of the same time apart. */
  add(at: number, found: number, mark: number): void;
  /** Reads all that was added, once; null at the end. */
  next(): Moment | null;
  /** How many entries were read back, and how many came again. */
  readonly counts: { readonly entries: number; readonly repeated: number };
  /** When the first and the last entry that were read back are from. */
  readonly span: { readonly from: number; readonly to: number } | null;
}

/** Where sorted parts of a history are put that do not fit into memory. */
export interface RunStore {
  /** Keeps numbers and gives what reads them back: as many as there are room for, none at the end. */
  keep(numbers: Float64Array): RunReader;
}

/** How many entries are sorted in memory: 24 bytes each. */
const RUN_ENTRIES = 1 << 17;

/** Opens an empty history. */
export function createHistory(store: RunStore, runEntries: number = RUN_ENTRIES): History {
  const kept: RunReader[] = [];
  const counts = { entries: 0, repeated: 0 };
  const moment: Moment = { at: 0, found: 0 };
  let run = new SortedRun(runEntries);
  let merged: ReturnType<typeof mergeRuns> | null = null;
  let from = Number.NaN;
  let lastMark = Number.NaN;
  const open = () => {
    const rest = run.inOrder();
    run = new SortedRun(0);
    return mergeRuns(kept, rest);
  };
  return {
    counts,
    get span() {
      return counts.entries === 0 ? null : { from, to: moment.at };
    },
    add: (at, found, mark) => {
      if (run.isFull) {
        kept.push(store.keep(run.inOrder()));
        run = new SortedRun(runEntries);
      }
      run.add(at, found, mark);
    },
    next: () => {
      merged ??= open();
      while (merged.advance()) {
        const { at, mark } = merged;
        if (at === moment.at && mark === lastMark) {
          counts.repeated += 1;
          continue;
        }
        if (counts.entries === 0) from = at;
        counts.entries += 1;
        lastMark = mark;
        moment.at = at;
        moment.found = merged.found;
        return moment;
      }
      return null;
    },
  };
}

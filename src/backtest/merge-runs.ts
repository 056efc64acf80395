import { RUN_FIELDS } from './sorted-run.ts';

/** Reads the next numbers of a run into a block; gives how many, 0 at the end. */
export type RunReader = (block: Float64Array) => number;

/** Entries of sorted runs as one, in order. */
export interface MergedRuns {
  /** Goes to the next entry; false at the end. */
  advance(): boolean;
  at: number;
  mark: number;
  found: number;
}

/** Numbers that are read of a run at once: about 100 KiB. */
const BLOCK_NUMBERS = 4_096 * RUN_FIELDS;

/** Merges runs that are read block by block with one that is in memory. */
export function mergeRuns(readers: readonly RunReader[], rest: Float64Array): MergedRuns {
  const heap = [...readers.map((read) => new RunHead(new Float64Array(BLOCK_NUMBERS), read)), headOf(rest)].filter(
    (head) => head.advance(),
  );
  heap.sort((one, other) => (isBefore(one, other) ? -1 : 1));
  const merged: MergedRuns = {
    at: 0,
    mark: 0,
    found: 0,
    advance: () => {
      const [head] = heap;
      if (head === undefined) return false;
      merged.at = head.at;
      merged.mark = head.mark;
      merged.found = head.found;
      if (!head.advance()) replaceFirst(heap);
      sink(heap);
      return true;
    },
  };
  return merged;
}

class RunHead {
  at = 0;
  mark = 0;
  found = 0;
  private readonly block: Float64Array;
  private readonly read: RunReader;
  private place = 0;
  private length: number;

  constructor(block: Float64Array, read: RunReader, length = 0) {
    this.block = block;
    this.read = read;
    this.length = length;
  }

  advance(): boolean {
    if (this.place >= this.length) {
      this.length = this.read(this.block);
      this.place = 0;
    }
    if (this.length === 0) return false;
    this.at = this.block[this.place] ?? 0;
    this.mark = this.block[this.place + 1] ?? 0;
    this.found = this.block[this.place + 2] ?? 0;
    this.place += RUN_FIELDS;
    return true;
  }
}

function headOf(numbers: Float64Array): RunHead {
  return new RunHead(numbers, () => 0, numbers.length);
}

// The last head takes the place of the first, which came to its end.
function replaceFirst(heap: RunHead[]): void {
  const last = heap.pop();
  if (last !== undefined && heap.length > 0) heap[0] = last;
}

// A heap: each head is before the two that hang under it. The first may have to move down.
function sink(heap: RunHead[]): void {
  let place = 0;
  for (;;) {
    const parent = heap[place];
    const below = smallerChild(heap, place);
    const child = heap[below];
    if (parent === undefined || child === undefined || !isBefore(child, parent)) return;
    heap[place] = child;
    heap[below] = parent;
    place = below;
  }
}

function smallerChild(heap: readonly RunHead[], place: number): number {
  const [left, right] = [2 * place + 1, 2 * place + 2];
  const [one, other] = [heap[left], heap[right]];
  return one !== undefined && other !== undefined && isBefore(other, one) ? right : left;
}

function isBefore(one: RunHead, other: RunHead): boolean {
  return one.at < other.at || (one.at === other.at && one.mark < other.mark);
}

import type { RunStore } from '../../src/backtest/history.ts';

/** Keeps runs in memory, for tests. */
export function memoryStore(): RunStore {
  return {
    keep: (numbers) => {
      const kept = numbers.slice();
      let from = 0;
      return (block) => {
        const part = kept.subarray(from, from + block.length);
        block.set(part);
        from += part.length;
        return part.length;
      };
    },
  };
}

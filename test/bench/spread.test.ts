import { describe, expect, it } from 'vitest';
import { isWithin } from './bench.ts';
import { spreadOf } from './spread.ts';

describe('measurements', () => {
  it('count by their median', () => {
    expect(spreadOf([9, 1, 2])).toEqual({ median: 2, min: 1, max: 9 });
    expect(() => spreadOf([])).toThrow('nothing was measured');
  });

  it('keep to a limit or not, on either side of it', () => {
    expect([1, 1.15, 1.16].map((figure) => isWithin(figure, { kind: 'at-most', value: 1.15 }))).toEqual([
      true,
      true,
      false,
    ]);
    expect([0.84, 0.85, 1].map((figure) => isWithin(figure, { kind: 'at-least', value: 0.85 }))).toEqual([
      false,
      true,
      true,
    ]);
  });
});

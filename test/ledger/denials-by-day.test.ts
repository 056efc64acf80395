import { describe, expect, it } from 'vitest';
import { countDenial, DAYS_KEPT, type DenialsByDay, dayOf } from '../../src/ledger/denials-by-day.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const DAY = 86_400_000;

describe('the count of denials by day', () => {
  it('counts each on its own day, in UTC', () => {
    const days = ['2026-11-24T00:30:00+02:00', '2026-11-24T01:00:00Z', '2026-11-24T23:59:59Z'].reduce<DenialsByDay>(
      (counted, at) => countDenial(counted, at, NOW),
      {},
    );
    expect(days).toEqual({ '2026-11-23': 1, '2026-11-24': 2 });
  });

  it('keeps no more than its days, and forgets the oldest', () => {
    let days: DenialsByDay = {};
    for (let day = 0; day < 100; day += 1) days = countDenial(days, dayOf(NOW + day * DAY), NOW + day * DAY);
    expect(Object.keys(days).length).toBeLessThanOrEqual(DAYS_KEPT);
    expect(Object.keys(days).toSorted().at(-1)).toBe(dayOf(NOW + 99 * DAY));
  });

  it('threat: times that an entry makes up push nothing out and leave nothing behind', () => {
    for (const at of ['1999-01-01T00:00:00Z', '2099-01-01T00:00:00Z', 'nonsense', '2026-10-01T00:00:00Z'])
      expect(countDenial({ '2026-11-24': 7 }, at, NOW)).toEqual({ '2026-11-24': 7 });
  });
});

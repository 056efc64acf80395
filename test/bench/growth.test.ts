import { describe, expect, it } from 'vitest';
import { sendBurst } from './growth.ts';

describe('what a burst costs', () => {
  it('grows with incidents where Google is called, and with denials only in the ledger', async () => {
    const few = await sendBurst(200, 20);
    const many = await sendBurst(2_000, 20);
    expect(many.cost.policyWrites).toBeLessThanOrEqual(20);
    expect(many.cost.calls).toBeLessThan(few.cost.calls * 2);
    expect(many.cost.documentWrites / many.denials).toBeLessThan(few.cost.documentWrites / few.denials);
    expect(many.cost.documentReads / many.denials).toBeLessThan(3.5);
  }, 60_000);
});

import { describe, expect, it } from 'vitest';
import type { Claim, Ledger } from '../../src/ledger/ledger.ts';
import type { Report } from '../../src/report/report.ts';
import { reportFor } from '../fixtures/report.ts';

const MINUTE = 60_000;

function claim(entry: string, now = 0, incident = 'i-1'): Claim {
  return {
    entryId: entry,
    incidentId: incident,
    deniedAt: new Date(Date.parse('2026-11-24T02:00:00Z') + now).toISOString(),
    now,
  };
}

async function finish(ledger: Ledger, entry: string, now = 0, report: Report = reportFor('proposed')): Promise<void> {
  await ledger.saveReport(entry, report);
  await ledger.finish(entry, now);
}

/** What every ledger has to do, in memory or anywhere else. */
export function ledgerContract(name: string, open: () => Promise<Ledger>): void {
  describe(`${name}, as a ledger`, () => {
    it('gives an entry to the first who claims it, and to nobody else meanwhile', async () => {
      const ledger = await open();
      expect((await ledger.claim(claim('e1'))).kind).toBe('new');
      expect((await ledger.claim(claim('e1', 1_000))).kind).toBe('in-progress');
    });

    it('knows an entry that is done', async () => {
      const ledger = await open();
      await ledger.claim(claim('e1'));
      await finish(ledger, 'e1');
      expect((await ledger.claim(claim('e1', 1_000))).kind).toBe('done');
    });

    it('goes on with the intent of a try that was given back', async () => {
      const ledger = await open();
      await ledger.claim(claim('e1'));
      const intent = { ...INTENT };
      await ledger.saveIntent('e1', intent);
      await ledger.release('e1');
      expect(await ledger.claim(claim('e1', 1_000))).toEqual(
        expect.objectContaining({ kind: 'resume-intent', intent, progress: 'nothing-sent' }),
      );
    });

    it('goes on with the report and knows which channels have it', async () => {
      const ledger = await open();
      await ledger.claim(claim('e1'));
      await ledger.saveReport('e1', reportFor('applied'));
      await ledger.markDelivered('e1', 'pubsub');
      await ledger.release('e1');
      expect(await ledger.claim(claim('e1', 1_000))).toEqual(
        expect.objectContaining({ kind: 'resume-report', delivered: new Set(['pubsub']) }),
      );
    });

    it('lets another take over a claim that was never finished, after its lease', async () => {
      const ledger = await open();
      await ledger.claim(claim('e1'));
      expect((await ledger.claim(claim('e1', MINUTE))).kind).toBe('in-progress');
      expect((await ledger.claim(claim('e1', 3 * MINUTE))).kind).toBe('new');
    });

    it('counts the other denials of an incident, also while the first is being worked on', async () => {
      const ledger = await open();
      await ledger.claim(claim('e1'));
      expect(await ledger.claim(claim('e2', 10))).toEqual({
        kind: 'repeat',
        incident: expect.objectContaining({ repeats: 1 }),
      });
      await finish(ledger, 'e1');
      expect(await ledger.claim(claim('e3', 20))).toEqual({
        kind: 'repeat',
        incident: expect.objectContaining({ repeats: 2 }),
      });
      expect((await ledger.claim(claim('e3', 30))).kind).toBe('done');
    });

    it('keeps incidents apart', async () => {
      const ledger = await open();
      await ledger.claim(claim('e1'));
      expect((await ledger.claim(claim('e2', 10, 'i-2'))).kind).toBe('new');
    });

    it('reports the 10th and the 100th repeat again', async () => {
      const ledger = await open();
      await ledger.claim(claim('e0'));
      await finish(ledger, 'e0');
      const kinds: string[] = [];
      for (let index = 1; index <= 100; index += 1) {
        const { kind } = await ledger.claim(claim(`e${index}`, index));
        kinds.push(kind);
        if (kind === 'milestone') await finish(ledger, `e${index}`, index);
      }
      expect(kinds.flatMap((kind, index) => (kind === 'milestone' ? [index + 1] : []))).toEqual([10, 100]);
    });

    it('looks at an incident anew after its quiet period: 10 minutes after a grant, an hour otherwise', async () => {
      const ledger = await open();
      await ledger.claim(claim('e1'));
      await finish(ledger, 'e1', 0, reportFor('applied'));
      expect((await ledger.claim(claim('e2', 9 * MINUTE))).kind).toBe('repeat');
      expect((await ledger.claim(claim('e3', 11 * MINUTE))).kind).toBe('new');
      await finish(ledger, 'e3', 11 * MINUTE, reportFor('advised'));
      expect((await ledger.claim(claim('e4', 40 * MINUTE))).kind).toBe('repeat');
      expect((await ledger.claim(claim('e5', 72 * MINUTE))).kind).toBe('new');
    });

    it('tells the first and the last by their time, whatever the order of delivery', async () => {
      const ledger = await open();
      await ledger.claim(claim('e1', 5_000));
      await finish(ledger, 'e1', 5_000);
      const result = await ledger.claim({ ...claim('e2', 6_000), deniedAt: '2026-11-24T01:00:00Z' });
      expect(result).toEqual({
        kind: 'repeat',
        incident: expect.objectContaining({ firstAt: '2026-11-24T01:00:00Z', lastAt: '2026-11-24T02:00:05.000Z' }),
      });
    });

    it('remembers that a write was sent', async () => {
      const ledger = await open();
      await ledger.claim(claim('e1'));
      await ledger.saveIntent('e1', INTENT);
      await ledger.markWriting('e1');
      await ledger.release('e1');
      expect(await ledger.claim(claim('e1', 1_000))).toEqual(
        expect.objectContaining({ kind: 'resume-intent', progress: 'write-sent' }),
      );
    });

    it('does not give back what is done', async () => {
      const ledger = await open();
      await ledger.claim(claim('e1'));
      await finish(ledger, 'e1');
      await ledger.release('e1');
      expect((await ledger.claim(claim('e1', 1_000))).kind).toBe('done');
    });

    it('knows when it granted what, and only that', async () => {
      const ledger = await open();
      await ledger.saveGrant(CHANGE, '2026-11-24T02:14:10Z');
      expect(
        await ledger.grantedAt('acme-ml', 'roles/aiplatform.user', 'user:ALICE@example.com', '2026-11-24T03:00:00Z'),
      ).toBe('2026-11-24T02:14:10Z');
      expect(
        await ledger.grantedAt(
          'acme-vision',
          'roles/aiplatform.user',
          'user:alice@example.com',
          '2026-11-24T03:00:00Z',
        ),
      ).toBeNull();
    });

    it('forgets a grant whose time is over', async () => {
      const ledger = await open();
      await ledger.saveGrant({ ...CHANGE, expiresAt: '2026-11-24T14:00:00Z' }, '2026-11-24T02:00:00Z');
      const ask = (at: string) => ledger.grantedAt(CHANGE.project, CHANGE.role, CHANGE.member, at);
      expect(await ask('2026-11-24T13:59:59Z')).toBe('2026-11-24T02:00:00Z');
      expect(await ask('2026-11-24T14:00:00Z')).toBeNull();
    });

    it('counts grants against limits: all or none, the same entry once, and not for ever', async () => {
      const ledger = await open();
      const hourly = { key: 'hour', most: 2, windowMilliseconds: 60 * MINUTE, text: '2 an hour' };
      const daily = { key: 'day', most: 1, windowMilliseconds: 1440 * MINUTE, text: '1 a day' };
      expect(await ledger.reserveGrant('e1', [hourly, daily], 0)).toBeNull();
      expect(await ledger.reserveGrant('e1', [hourly, daily], 1)).toBeNull();
      expect(await ledger.reserveGrant('e2', [hourly, daily], 2)).toBe('1 a day');
      expect(await ledger.reserveGrant('e3', [hourly], 3)).toBeNull();
      expect(await ledger.reserveGrant('e4', [hourly], 4)).toBe('2 an hour');
      await ledger.returnGrant('e3');
      expect(await ledger.reserveGrant('e4', [hourly], 5)).toBeNull();
      expect(await ledger.reserveGrant('e5', [hourly], 61 * MINUTE)).toBeNull();
      expect(await ledger.reserveGrant('e6', [{ ...hourly, most: 0 }], 0)).toBe('2 an hour');
    });

    it('does not take a report for a grant', async () => {
      const ledger = await open();
      const report = reportFor('applied');
      await ledger.claim(claim('e1'));
      await finish(ledger, 'e1', 0, report);
      expect(
        await ledger.grantedAt('acme-ml', 'roles/aiplatform.user', 'user:alice@example.com', '2026-11-24T03:00:00Z'),
      ).toBeNull();
    });
  });
}

const CHANGE = {
  project: 'acme-ml',
  role: 'roles/aiplatform.user',
  member: 'user:alice@example.com',
  condition: null,
  expiresAt: null,
} as const;

const INTENT = {
  diagnosis: { cause: 'missing-role', certainty: 'certain', summary: 's', evidence: [] },
  decision: { kind: 'apply', ruleId: 'r', expiresAfterMilliseconds: null, rules: [], guards: [], reason: 'x' },
  change: null,
  perimeter: null,
  project: 'acme-ml',
  allowlistVersion: 'v1',
  rolePermissionCount: 1,
} as const;

import { describe, expect, it } from 'vitest';
import { createLedger } from '../../src/ledger/create-ledger.ts';
import type { DocumentStore } from '../../src/ledger/document-store.ts';
import type { Claim, Claimed, Conclusion, GrantNews, Hold, Ledger } from '../../src/ledger/ledger.ts';
import { newGrant, newProposal } from '../../src/ledger/new-records.ts';
import type { GrantRecord } from '../../src/ledger/records.ts';
import type { Change } from '../../src/remediation/change.ts';
import type { Report } from '../../src/report/report.ts';
import { denialBy } from '../fixtures/case.ts';
import { CHANGE, intentFor } from '../fixtures/intent.ts';
import { reportFor } from '../fixtures/report.ts';

const START = Date.parse('2026-11-24T02:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** One ledger, or several instances of it over one store, with a clock to turn. */
interface Bench {
  readonly ledger: Ledger;
  readonly other: Ledger;
  readonly wait: (milliseconds: number) => void;
  readonly time: () => string;
}

const DENIAL = denialBy();

let tokens = 0;

function openBench(store: DocumentStore): Bench {
  let now = START;
  const ports = {
    store,
    now: () => now,
    backOff: () => new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 20)),
    newToken: () => `token-${++tokens}`,
    leaseSeconds: 180,
  };
  return {
    ledger: createLedger(ports),
    other: createLedger(ports),
    wait: (milliseconds) => {
      now += milliseconds;
    },
    time: () => new Date(now).toISOString(),
  };
}

/** What every ledger has to do, in memory or anywhere else. */
export function ledgerContract(name: string, openStore: () => Promise<DocumentStore>): void {
  const open = async () => openBench(await openStore());

  describe(`${name}, as a ledger`, () => {
    it('threat: gives an entry to the first who claims it, and to nobody else meanwhile', async () => {
      const { ledger, other, wait } = await open();
      expect((await ledger.claim(claim('e1'))).kind).toBe('new');
      wait(1_000);
      expect((await other.claim(claim('e1'))).kind).toBe('in-progress');
    });

    it('gives an entry again whose round came to nothing, until it is told', async () => {
      const { ledger } = await open();
      const hold = held(await ledger.claim(claim('e1')));
      await ledger.drop(hold);
      const again = await ledger.claim(claim('e1'));
      expect(again.kind).toBe('new');
      await endRound(ledger, held(again));
      expect((await ledger.claim(claim('e1'))).kind).toBe('done');
    });

    it('ends a round once, however often its end is asked for', async () => {
      const { ledger } = await open();
      const hold = held(await ledger.claim(claim('e1')));
      await ledger.conclude(hold, concluded(reportFor('proposed')));
      await ledger.finish(hold);
      await ledger.finish(hold);
      await ledger.drop(hold);
      expect((await ledger.claim(claim('e1'))).kind).toBe('done');
    });

    it('remembers everybody who stood behind a call of an incident', async () => {
      const { ledger } = await open();
      await ledger.claim({ ...claim('e1'), behind: ['a', 'b'] });
      await ledger.claim({ ...claim('e2'), behind: ['b', 'c'] });
      expect(await ledger.behind('i-1')).toEqual(new Set(['a', 'b', 'c']));
      expect(await ledger.behind('i-none')).toEqual(new Set());
    });

    it('threat: gives an entry that is claimed many times at once to one', async () => {
      const { ledger, other } = await open();
      const claims = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? ledger : other).claim(claim('e1')));
      const kinds = (await Promise.all(claims)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'new')).toHaveLength(1);
      expect(new Set(kinds)).toEqual(new Set(['new', 'in-progress']));
    });

    it('counts each of many entries of one incident at once, and gives one of them the work', async () => {
      const { ledger, other } = await open();
      const claims = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? ledger : other).claim(claim(`e${index}`)),
      );
      const kinds = (await Promise.all(claims)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'new')).toHaveLength(1);
      expect(kinds.filter((kind) => kind === 'repeat')).toHaveLength(19);
      expect((await ledger.incident('i-1'))?.repeats).toBe(19);
    });

    it('knows an entry that is done', async () => {
      const { ledger } = await open();
      await endRound(ledger, held(await ledger.claim(claim('e1'))));
      expect((await ledger.claim(claim('e1'))).kind).toBe('done');
    });

    it('goes on with the intent of a try that was given back', async () => {
      const { ledger } = await open();
      const hold = held(await ledger.claim(claim('e1')));
      const intent = intentFor();
      expect(await ledger.intend(hold, intent, DENIAL, [])).toBeNull();
      await ledger.release(hold);
      expect(await ledger.claim(claim('e1'))).toEqual(
        expect.objectContaining({ kind: 'resume-intent', intent, progress: 'nothing-sent' }),
      );
    });

    it('remembers that a write was sent', async () => {
      const { ledger } = await open();
      const hold = held(await ledger.claim(claim('e1')));
      await ledger.intend(hold, intentFor(), DENIAL, []);
      await ledger.markWriting(hold);
      await ledger.release(hold);
      expect(await ledger.claim(claim('e1'))).toEqual(
        expect.objectContaining({ kind: 'resume-intent', progress: 'write-sent' }),
      );
    });

    it('goes on with the report and knows which channels have it', async () => {
      const { ledger } = await open();
      const hold = held(await ledger.claim(claim('e1')));
      const report = reportFor('applied');
      await ledger.conclude(hold, concluded(report));
      await ledger.markDelivered(hold, 'pubsub', null);
      await ledger.markDelivered(hold, 'pubsub', null);
      await ledger.release(hold);
      expect(await ledger.claim(claim('e1'))).toEqual(
        expect.objectContaining({
          kind: 'resume-report',
          posting: { report, news: 'opened' },
          delivered: new Set(['pubsub']),
        }),
      );
    });

    it('knows what was told of an incident before, and what keeps it together in each channel', async () => {
      const { ledger, wait, time } = await open();
      const first = await ledger.claim(claim('e1'));
      expect(first).toEqual(expect.objectContaining({ last: null, threads: {} }));
      const report = reportFor('proposed');
      await ledger.conclude(held(first), concluded(report));
      await ledger.markDelivered(held(first), 'slack', 'C1 1700000000.1');
      await ledger.markDelivered(held(first), 'pubsub', null);
      await ledger.finish(held(first));
      wait(2 * HOUR);
      expect(await ledger.claim(claim('e2', 'i-1', time()))).toEqual(
        expect.objectContaining({ kind: 'new', last: report, threads: { slack: 'C1 1700000000.1' } }),
      );
    });

    it('keeps whatever a record holds, maps of a denial included', async () => {
      const { ledger } = await open();
      const denial = { ...denialBy(), errors: [{ reason: 'X', domain: 'd', metadata: new Map([['k', 'v']]) }] };
      const hold = held(await ledger.claim(claim('e1')));
      const proposal = newProposal(denial, intentFor(), reportFor('proposed'));
      if (proposal === null) throw new Error('nothing to propose');
      await ledger.conclude(hold, { ...concluded(reportFor('proposed')), proposal: { kind: 'propose', proposal } });
      const [kept] = await ledger.proposals.list({ by: 'newest', from: 0, until: START + DAY, limit: 10 });
      expect(kept).toEqual(proposal);
      expect(kept?.denial).toEqual(denial);
    });

    it('lets another take over what was never finished, after its lease, and fails who comes back late', async () => {
      const { ledger, other, wait } = await open();
      const late = held(await ledger.claim(claim('e1')));
      wait(MINUTE);
      expect((await other.claim(claim('e1'))).kind).toBe('in-progress');
      wait(3 * MINUTE);
      expect((await other.claim(claim('e1'))).kind).toBe('new');
      await expect(ledger.intend(late, intentFor(), DENIAL, [])).rejects.toMatchObject({ reason: 'lease-lost' });
      await expect(ledger.markWriting(late)).rejects.toMatchObject({ reason: 'lease-lost' });
      await expect(ledger.conclude(late, concluded(reportFor('applied')))).rejects.toMatchObject({
        reason: 'lease-lost',
      });
    });

    it('lets the next denial of an incident go on with what nobody went on with', async () => {
      const { ledger, other, wait } = await open();
      const lost = held(await ledger.claim(claim('e1')));
      await ledger.intend(lost, intentFor(), DENIAL, []);
      wait(4 * MINUTE);
      const taken = await other.claim(claim('e2'));
      expect(taken.kind).toBe('resume-intent');
      expect((await ledger.claim(claim('e1'))).kind).toBe('in-progress');
      await endRound(other, held(taken));
      expect((await ledger.claim(claim('e1'))).kind).toBe('done');
    });

    it('tells no entry that it is dealt with whose round was dropped, also while another is at its incident', async () => {
      const { ledger, other, wait } = await open();
      await ledger.claim(claim('e1'));
      await ledger.claim(claim('e2'));
      wait(4 * MINUTE);
      await ledger.drop(held(await ledger.takeUpLeft({ incident: reportFor('applied').incident, text: 'left' })));
      // A copy of a message that was acknowledged long ago: nobody delivers it again when its worker dies.
      expect((await other.claim(claim('e2'))).kind).toBe('new');
      expect((await ledger.claim(claim('e1'))).kind).toBe('in-progress');
      wait(4 * MINUTE);
      const taken = await ledger.claim(claim('e1'));
      expect(taken.kind).toBe('new');
      await endRound(ledger, held(taken));
      expect((await ledger.claim(claim('e1'))).kind).toBe('done');
      expect((await ledger.claim(claim('e2'))).kind).toBe('done');
    });

    it('counts the other denials of an incident, also while the first is being worked on', async () => {
      const { ledger } = await open();
      const hold = held(await ledger.claim(claim('e1')));
      expect(await ledger.claim(claim('e2'))).toEqual({
        kind: 'repeat',
        incident: expect.objectContaining({ repeats: 1 }),
      });
      await endRound(ledger, hold);
      expect(await ledger.claim(claim('e3'))).toEqual({
        kind: 'repeat',
        incident: expect.objectContaining({ repeats: 2 }),
      });
      expect((await ledger.claim(claim('e3'))).kind).toBe('done');
    });

    it('keeps incidents apart', async () => {
      const { ledger } = await open();
      await ledger.claim(claim('e1'));
      expect((await ledger.claim(claim('e2', 'i-2'))).kind).toBe('new');
    });

    it('reports the 10th and the 100th repeat again', async () => {
      const { ledger } = await open();
      await endRound(ledger, held(await ledger.claim(claim('e0'))));
      const kinds: string[] = [];
      for (let index = 1; index <= 100; index += 1) {
        const claimed = await ledger.claim(claim(`e${index}`));
        kinds.push(claimed.kind);
        if (claimed.kind !== 'milestone') continue;
        const report = { ...claimed.last, incident: claimed.incident };
        await endRound(ledger, claimed.hold, { ...concluded(report), quietMilliseconds: null });
      }
      expect(kinds.flatMap((kind, index) => (kind === 'milestone' ? [index + 1] : []))).toEqual([10, 100]);
    });

    it('looks at an incident anew when the quiet period is over', async () => {
      const { ledger, wait, time } = await open();
      await endRound(ledger, held(await ledger.claim(claim('e1'))), concluded(reportFor('proposed'), 10 * MINUTE));
      wait(9 * MINUTE);
      expect((await ledger.claim(claim('e2', 'i-1', time()))).kind).toBe('repeat');
      wait(2 * MINUTE);
      expect((await ledger.claim(claim('e3', 'i-1', time()))).kind).toBe('new');
    });

    it('does not take a denial that comes late for a new one', async () => {
      const { ledger, wait, time } = await open();
      await endRound(ledger, held(await ledger.claim(claim('e1'))), concluded(reportFor('proposed'), 10 * MINUTE));
      const early = time();
      wait(HOUR);
      expect((await ledger.claim(claim('e2', 'i-1', early))).kind).toBe('repeat');
    });

    it('tells the first and the last by their time, whatever the order of delivery', async () => {
      const { ledger } = await open();
      await endRound(ledger, held(await ledger.claim(claim('e1', 'i-1', '2026-11-24T02:00:05.000Z'))));
      expect(await ledger.claim(claim('e2', 'i-1', '2026-11-24T01:00:00Z'))).toEqual({
        kind: 'repeat',
        incident: expect.objectContaining({ firstAt: '2026-11-24T01:00:00Z', lastAt: '2026-11-24T02:00:05.000Z' }),
      });
    });

    it('does not take up again what is done', async () => {
      const { ledger } = await open();
      const hold = held(await ledger.claim(claim('e1')));
      await endRound(ledger, hold);
      await expect(ledger.release(hold)).rejects.toMatchObject({ reason: 'lease-lost' });
      expect((await ledger.claim(claim('e1'))).kind).toBe('done');
    });
  });

  describe(`${name}, which counts grants against limits`, () => {
    const hourly = { key: 'hour', most: 2, windowMilliseconds: HOUR, text: '2 an hour' };
    const daily = { key: 'day', most: 1, windowMilliseconds: DAY, text: '1 a day' };
    const holdOf = async (ledger: Ledger, index: number) => held(await ledger.claim(claim(`e${index}`, `i-${index}`)));

    it('counts all or none, and a round once', async () => {
      const { ledger } = await open();
      const [one, two, three, four] = await Promise.all([1, 2, 3, 4].map((index) => holdOf(ledger, index)));
      if (!one || !two || !three || !four) throw new Error('four holds');
      expect(await ledger.intend(one, intentFor(), DENIAL, [hourly, daily])).toBeNull();
      expect(await ledger.intend(one, intentFor(), DENIAL, [hourly, daily])).toBeNull();
      expect(await ledger.intend(two, intentFor(), DENIAL, [hourly, daily])).toBe('1 a day');
      expect(await ledger.intend(three, intentFor(), DENIAL, [hourly])).toBeNull();
      expect(await ledger.intend(four, intentFor(), DENIAL, [hourly])).toBe('2 an hour');
    });

    it('gives back what a round counted that made no grant, and keeps the rest', async () => {
      const { ledger } = await open();
      const limit = { ...hourly, most: 1 };
      const [one, two, three] = await Promise.all([1, 2, 3].map((index) => holdOf(ledger, index)));
      if (!one || !two || !three) throw new Error('three holds');
      await ledger.intend(one, intentFor(), DENIAL, [limit]);
      expect(await ledger.intend(two, intentFor(), DENIAL, [limit])).toBe('2 an hour');
      await ledger.conclude(one, concluded(reportFor('refused')));
      expect(await ledger.intend(two, intentFor(), DENIAL, [limit])).toBeNull();
      await ledger.conclude(two, granted(reportFor('applied')));
      expect(await ledger.intend(three, intentFor(), DENIAL, [limit])).toBe('2 an hour');
    });

    it('counts within a sliding window, never too few', async () => {
      const { ledger, wait } = await open();
      const limit = { ...hourly, most: 1 };
      await ledger.intend(await holdOf(ledger, 1), intentFor(), DENIAL, [limit]);
      wait(59 * MINUTE);
      expect(await ledger.intend(await holdOf(ledger, 2), intentFor(), DENIAL, [limit])).toBe('2 an hour');
      wait(3 * MINUTE);
      expect(await ledger.intend(await holdOf(ledger, 3), intentFor(), DENIAL, [limit])).toBeNull();
    });

    it('threat: never goes over a limit when many count at once', async () => {
      const { ledger, other } = await open();
      const limit = { ...hourly, most: 5 };
      const holds = await Promise.all(Array.from({ length: 20 }, (_, index) => holdOf(ledger, index)));
      const answers = await Promise.all(
        holds.map((hold, index) => (index % 2 === 0 ? ledger : other).intend(hold, intentFor(), DENIAL, [limit])),
      );
      expect(answers.filter((answer) => answer === null)).toHaveLength(5);
    });

    it('holds a limit of nothing at all', async () => {
      const { ledger } = await open();
      expect(await ledger.intend(await holdOf(ledger, 1), intentFor(), DENIAL, [{ ...hourly, most: 0 }])).toBe(
        '2 an hour',
      );
    });
  });

  describe(`${name}, which remembers grants`, () => {
    const ask = (ledger: Ledger, at: string, change: Change = CHANGE) =>
      ledger.lastGrant(change.project, change.role, change.member, at);
    const make = async (ledger: Ledger, change: Change = CHANGE, entry = 'e1') => {
      const hold = held(await ledger.claim(claim(entry, `i-${entry}`)));
      const conclusion = granted(reportFor('applied'), change);
      await endRound(ledger, hold, conclusion);
      if (conclusion.grant === null) throw new Error('no grant');
      return conclusion.grant;
    };

    it('knows what it granted, whatever the case of the address, and only that', async () => {
      const { ledger } = await open();
      const grant = await make(ledger);
      expect(await ask(ledger, '2026-11-24T03:00:00Z', { ...CHANGE, member: 'user:ALICE@example.com' })).toEqual({
        at: grant.at,
        expiresAt: null,
        grantId: grant.id,
        reportId: grant.report.id,
      });
      expect(await ask(ledger, '2026-11-24T03:00:00Z', { ...CHANGE, project: 'acme-vision' })).toBeNull();
      expect(await ledger.grants.find(grant.id)).toEqual(grant);
    });

    it('does not take a report for a grant', async () => {
      const { ledger } = await open();
      await endRound(ledger, held(await ledger.claim(claim('e1'))), concluded(reportFor('already-granted')));
      expect(await ask(ledger, '2026-11-24T03:00:00Z')).toBeNull();
    });

    it('forgets a grant whose time is over, but not one that somebody took away', async () => {
      const { ledger } = await open();
      const timed = { ...CHANGE, expiresAt: '2026-11-24T14:00:00Z' };
      const grant = await make(ledger, timed);
      expect(await ask(ledger, '2026-11-24T13:59:59Z')).toEqual(expect.objectContaining({ grantId: grant.id }));
      expect(await ask(ledger, '2026-11-24T14:00:00Z')).toBeNull();
      await ledger.grants.settle(news(grant, 'gone'));
      expect(await ask(ledger, '2026-11-24T14:00:00Z')).toEqual(expect.objectContaining({ grantId: grant.id }));
    });

    it('tells what became of a grant, and lets nothing change what is over', async () => {
      const { ledger, wait } = await open();
      const grant = await make(ledger);
      wait(HOUR);
      await ledger.grants.settle({ ...news(grant, 'undone'), by: 'ada@example.com' });
      await ledger.grants.settle(news(grant, 'active'));
      expect(await ledger.grants.find(grant.id)).toEqual(
        expect.objectContaining({ state: 'undone', stateAt: '2026-11-24T03:00:00.000Z', stateBy: 'ada@example.com' }),
      );
      expect(await ask(ledger, '2026-11-25T00:00:00Z')).not.toBeNull();
    });

    it('lists grants newest first, and those that are due oldest first', async () => {
      const { ledger } = await open();
      const first = await make(ledger, CHANGE, 'e1');
      const second = await make(ledger, { ...CHANGE, member: 'user:bob@example.com' }, 'e2');
      await ledger.grants.settle({ ...news(second, 'active'), due: START + MINUTE });
      await ledger.grants.settle({ ...news(first, 'active'), due: START + 2 * MINUTE });
      const due = (until: number, limit = 10) => ledger.grants.list({ by: 'due', from: 0, until, limit });
      const ids = (records: readonly { readonly id: string }[]) => records.map(({ id }) => id);
      expect(ids(await due(START + 2 * MINUTE))).toEqual([second.id, first.id]);
      expect(ids(await due(START + 2 * MINUTE, 1))).toEqual([second.id]);
      expect(ids(await due(START + MINUTE))).toEqual([second.id]);
      await ledger.grants.settle({ ...news(second, 'ended'), due: null });
      expect(ids(await due(START + DAY))).toEqual([first.id]);
      const newest = await ledger.grants.list({ by: 'newest', from: 0, until: START + DAY, limit: 10 });
      expect(new Set(ids(newest))).toEqual(new Set([first.id, second.id]));
    });

    it('threat: lets news about an earlier grant say nothing about one that was made again since', async () => {
      const { ledger, wait } = await open();
      const first = await make(ledger);
      await ledger.grants.settle(news(first, 'gone'));
      wait(HOUR);
      const hold = held(await ledger.takeUp({ incident: { ...reportFor('applied').incident, id: 'i-1' }, text: 'x' }));
      const again = { ...granted(reportFor('applied')).grant, at: '2026-11-24T03:00:00.000Z' } as GrantRecord;
      await endRound(ledger, hold, { ...granted(reportFor('applied')), grant: again });
      await ledger.grants.settle(news(first, 'gone'));
      expect(await ledger.grants.find(first.id)).toEqual(expect.objectContaining({ state: 'active', at: again.at }));
    });

    it('takes a grant that is gone after somebody asked for it back for taken back, until that came to nothing', async () => {
      const { ledger, wait } = await open();
      const grant = await make(ledger);
      await ledger.grants.askUndo(grant.id, 'ada@example.com');
      const first = (await ledger.grants.find(grant.id))?.undo?.at ?? '';
      wait(HOUR);
      await ledger.grants.askUndo(grant.id, 'ada@example.com');
      await ledger.grants.forgetUndo(grant.id, first);
      const second = (await ledger.grants.find(grant.id))?.undo?.at ?? '';
      expect(second).not.toBe('');
      await ledger.grants.forgetUndo(grant.id, second);
      expect((await ledger.grants.find(grant.id))?.undo).toBeNull();
      await ledger.grants.askUndo(grant.id, 'ada@example.com');
      wait(HOUR);
      await ledger.grants.settle(news(grant, 'active'));
      await ledger.grants.settle(news(grant, 'gone'));
      expect(await ledger.grants.find(grant.id)).toEqual(
        expect.objectContaining({ state: 'undone', stateBy: 'ada@example.com' }),
      );
    });

    it('remembers that a grant did not help, whoever looked at it before and says so later', async () => {
      const { ledger } = await open();
      const grant = await make(ledger);
      await ledger.grants.settle(news(grant, 'did-not-help'));
      await ledger.grants.settle(news(grant, 'active'));
      expect((await ledger.grants.find(grant.id))?.state).toBe('did-not-help');
    });

    it('lets nobody take back what is over', async () => {
      const { ledger } = await open();
      const grant = await make(ledger);
      await ledger.grants.settle({ ...news(grant, 'ended'), due: null });
      await ledger.grants.askUndo(grant.id, 'ada@example.com');
      expect((await ledger.grants.find(grant.id))?.undo).toBeNull();
      expect(await ledger.grants.list({ by: 'due', from: 0, until: START + DAY, limit: 9 })).toEqual([]);
    });

    it('looks at a grant again when it should be taken back by then', async () => {
      const { ledger, wait } = await open();
      const grant = await make(ledger);
      await ledger.grants.askUndo(grant.id, 'ada@example.com');
      wait(MINUTE);
      await ledger.grants.settle({ ...news(grant, 'active'), due: START + DAY });
      const due = (until: number) => ledger.grants.list({ by: 'due', from: 0, until, limit: 9 });
      expect(await due(START + 9 * MINUTE)).toEqual([]);
      expect(await due(START + 11 * MINUTE)).toHaveLength(1);
    });

    it('looks at a grant when its time is over, and then no sooner than it was asked to', async () => {
      const { ledger, wait } = await open();
      const grant = await make(ledger, { ...CHANGE, expiresAt: '2026-11-24T14:00:00Z' });
      const due = (until: number) => ledger.grants.list({ by: 'due', from: 0, until, limit: 9 });
      await ledger.grants.settle({ ...news(grant, 'active'), due: START + DAY });
      expect(await due(START + 13 * HOUR)).toHaveLength(1);
      wait(13 * HOUR);
      await ledger.grants.settle({ ...news(grant, 'active'), due: START + 14 * HOUR });
      expect(await due(START + 13 * HOUR)).toEqual([]);
      expect(await due(START + 14 * HOUR)).toHaveLength(1);
    });

    it('does not look for a grant that stands under another name, but ends it', async () => {
      const { ledger } = await open();
      const timed = { ...CHANGE, expiresAt: '2026-11-24T14:00:00Z' };
      const alias = (change: Change) => ({ ...granted(reportFor('applied'), change).grant, storedAs: 'other-name' });
      for (const [entry, change] of [
        ['e1', CHANGE],
        ['e2', { ...timed, member: 'user:bob@example.com' }],
      ] as const) {
        const hold = held(await ledger.claim(claim(entry, `i-${entry}`)));
        await endRound(ledger, hold, { ...granted(reportFor('applied')), grant: alias(change) as GrantRecord });
      }
      const due = await ledger.grants.list({ by: 'due', from: 0, until: START + 30 * DAY, limit: 9 });
      expect(due.map(({ change }) => change.member)).toEqual(['user:bob@example.com']);
      expect(await ledger.grants.list({ by: 'due', from: 0, until: START + 11 * HOUR, limit: 9 })).toEqual([]);
    });

    it('is looked at by the sweep after its propagation', async () => {
      const { ledger } = await open();
      const grant = await make(ledger);
      const at = Date.parse(grant.at);
      expect(await ledger.grants.list({ by: 'due', from: 0, until: at + 10 * MINUTE, limit: 10 })).toEqual([]);
      expect(await ledger.grants.list({ by: 'due', from: 0, until: at + HOUR, limit: 10 })).toHaveLength(1);
    });
  });

  describe(`${name}, which takes incidents up for other reasons than a denial`, () => {
    const topic = (text: string) => ({
      incident: { id: 'i-1', repeats: 0, firstAt: '2026-11-24T02:00:00Z', lastAt: '2026-11-24T02:00:00Z' },
      text,
    });

    it('holds it like any other work, and counts nothing', async () => {
      const { ledger } = await open();
      await endRound(ledger, held(await ledger.claim(claim('e1'))));
      const taken = await ledger.takeUp(topic('gone g-1'));
      expect(taken).toEqual(
        expect.objectContaining({ kind: 'new', incident: expect.objectContaining({ repeats: 0 }) }),
      );
      expect((await ledger.takeUp(topic('undone g-1'))).kind).toBe('in-progress');
      expect((await ledger.claim(claim('e2'))).kind).toBe('repeat');
    });

    it('leaves an incident alone that somebody works on, or left before deciding', async () => {
      const { ledger, wait } = await open();
      await ledger.claim(claim('e1'));
      expect((await ledger.takeUp(topic('gone g-1'))).kind).toBe('in-progress');
      wait(10 * MINUTE);
      expect((await ledger.takeUp(topic('gone g-1'))).kind).toBe('in-progress');
      expect((await ledger.claim(claim('e1'))).kind).toBe('new');
    });

    it('goes on with a report that nobody delivered', async () => {
      const { ledger, wait } = await open();
      const hold = held(await ledger.claim(claim('e1')));
      await ledger.conclude(hold, concluded(reportFor('proposed')));
      await ledger.release(hold);
      wait(10 * MINUTE);
      expect((await ledger.takeUp(topic('left'))).kind).toBe('resume-report');
    });

    it('goes on with its own intent after a crash, which nobody else may once a write was sent', async () => {
      const { ledger, wait } = await open();
      await endRound(ledger, held(await ledger.claim(claim('e1'))));
      const hold = held(await ledger.takeUp(topic('approval')));
      await ledger.intend(hold, intentFor({ approvedBy: 'ada@example.com' }), DENIAL, []);
      await ledger.markWriting(hold);
      wait(4 * MINUTE);
      expect((await ledger.takeUp(topic('something else'))).kind).toBe('in-progress');
      expect((await ledger.takeUp(topic('approval'))).kind).toBe('resume-intent');
    });

    it('drops what came to nothing, with what it counted', async () => {
      const { ledger } = await open();
      const limit = { key: 'hour', most: 1, windowMilliseconds: HOUR, text: '1 an hour' };
      await endRound(ledger, held(await ledger.claim(claim('e1'))));
      const hold = held(await ledger.takeUp(topic('approval')));
      expect(await ledger.intend(hold, intentFor(), DENIAL, [limit])).toBeNull();
      await ledger.drop(hold);
      const again = await ledger.takeUp(topic('approval'));
      expect(again.kind).toBe('new');
      expect(await ledger.intend(held(again), intentFor(), DENIAL, [limit])).toBeNull();
    });

    it('finds incidents whose work nobody went on with', async () => {
      const { ledger, wait } = await open();
      await ledger.claim(claim('e1'));
      const left = () => ledger.incidents({ by: 'due', from: 0, until: START + HOUR, limit: 10 });
      expect(await left()).toHaveLength(1);
      wait(HOUR);
      await endRound(ledger, held(await ledger.claim(claim('e1'))));
      expect(await left()).toEqual([]);
    });
  });

  describe(`${name}, which keeps proposals`, () => {
    const propose = async (ledger: Ledger, entry = 'e1') => {
      const report = { ...reportFor('proposed'), incident: { ...reportFor('proposed').incident, id: 'i-1' } };
      const proposal = newProposal(denialBy(), intentFor({ allowlistVersion: entry }), report);
      if (proposal === null) throw new Error('nothing to propose');
      const hold = held(await ledger.claim(claim(entry, 'i-1', '2026-11-30T00:00:00Z')));
      await endRound(ledger, hold, { ...concluded(report, 0), proposal: { kind: 'propose', proposal } });
      return proposal;
    };
    const holdFor = async (ledger: Ledger, text: string) =>
      held(await ledger.takeUp({ incident: { ...reportFor('proposed').incident, id: 'i-1' }, text }));

    it('threat: approves exactly what was shown, once', async () => {
      const { ledger } = await open();
      const { id, hash } = await propose(ledger);
      const hold = await holdFor(ledger, 'one');
      expect(await ledger.proposals.approve(hold, 'other', 'ada@example.com')).toContain('has changed');
      expect(await ledger.proposals.approve(hold, hash, 'ada@example.com')).toBeNull();
      expect(await ledger.proposals.approve(hold, hash, 'ada@example.com')).toBeNull();
      await endRound(ledger, hold, {
        ...granted(reportFor('applied')),
        proposal: { kind: 'settled', state: 'applied' },
      });
      expect(await ledger.proposals.approve(await holdFor(ledger, 'two'), hash, 'ada@example.com')).toContain(
        'ada@example.com approved it already',
      );
      expect((await ledger.proposals.find(id))?.state).toBe('applied');
    });

    it('threat: closes what somebody dismissed for good, together with its report', async () => {
      const { ledger } = await open();
      const { id, hash } = await propose(ledger);
      const dismissal = { by: 'ada@example.com', at: '2026-11-30T00:00:00Z', reason: 'no' };
      const report = { ...reportFor('advised'), id: 'r-2' };
      const news = { news: 'dismissed', proposal: { kind: 'dismissed', dismissal } } as const;
      await endRound(ledger, await holdFor(ledger, 'one'), { ...concluded(report), ...news });
      expect(await ledger.proposals.find(id)).toEqual(expect.objectContaining({ state: 'dismissed', dismissal, hash }));
      expect((await ledger.incidentFile('i-1'))?.newest?.report.id).toBe('r-2');
      expect(await ledger.proposals.approve(await holdFor(ledger, 'two'), hash, 'ada@example.com')).toBe(
        'ada@example.com dismissed it already at 2026-11-30 00:00:00 UTC: “no”',
      );
      expect(await ledger.proposals.list({ by: 'due', from: 0, until: START + 60 * DAY, limit: 10 })).toEqual([]);
    });

    it('keeps the story of an incident in order over its rounds, and counts its denials by day', async () => {
      const { ledger, other } = await open();
      expect(await ledger.incidentFile('i-1')).toBeNull();
      await propose(ledger);
      const hold = await holdFor(ledger, 'one');
      expect((await other.incidentFile('i-1'))?.isBeingWorkedOn).toBe(true);
      const report = { ...reportFor('applied'), id: 'r-2', at: '2026-11-24T03:00:00Z' };
      await endRound(ledger, hold, { ...granted(report), news: 'approved', proposal: { kind: 'unchanged' } });
      const file = await other.incidentFile('i-1');
      expect(file?.story.map(({ reportId, news, outcome }) => [reportId, news, outcome])).toEqual([
        [reportFor('proposed').id, 'opened', 'proposed'],
        ['r-2', 'approved', 'applied'],
      ]);
      expect(file?.newest).toEqual({ report: expect.objectContaining({ id: 'r-2' }), news: 'approved' });
      expect(file?.isBeingWorkedOn).toBe(false);
    });

    it('lets an approval that came to nothing be given again, by anybody who may', async () => {
      const { ledger, wait } = await open();
      const { id, hash } = await propose(ledger);
      expect(await ledger.proposals.approve(await holdFor(ledger, 'one'), hash, 'ada@example.com')).toBeNull();
      wait(4 * MINUTE);
      expect(await ledger.proposals.approve(await holdFor(ledger, 'two'), hash, 'bob@example.com')).toBeNull();
      expect((await ledger.proposals.find(id))?.approval?.by).toBe('bob@example.com');
    });

    it('puts a newer proposal in the place of the old, which can no longer be approved', async () => {
      const { ledger } = await open();
      const old = await propose(ledger);
      const next = await propose(ledger, 'e2');
      expect(next.id).toBe(old.id);
      expect(await ledger.proposals.approve(await holdFor(ledger, 'x'), old.hash, 'ada@example.com')).toContain(
        'has changed',
      );
    });

    it('closes a proposal when there is nothing to propose any more, and when it waited too long', async () => {
      const { ledger } = await open();
      const { id } = await propose(ledger);
      const due = await ledger.proposals.list({ by: 'due', from: 0, until: START + 60 * DAY, limit: 10 });
      expect(due.map((proposal) => proposal.id)).toEqual([id]);
      expect(await ledger.proposals.settle(id, ['open'], 'stale')).toBe(true);
      expect(await ledger.proposals.list({ by: 'due', from: 0, until: START + 60 * DAY, limit: 10 })).toEqual([]);
      await propose(ledger, 'e2');
      const hold = held(await ledger.claim(claim('e3', 'i-1', '2026-11-30T00:00:00Z')));
      await endRound(ledger, hold, { ...concluded(reportFor('advised')), proposal: { kind: 'nothing-to-propose' } });
      expect((await ledger.proposals.find(id))?.state).toBe('stale');
    });

    it('closes a proposal whose approval came to nothing when there is nothing to propose any more', async () => {
      const { ledger, wait } = await open();
      const { id, hash } = await propose(ledger);
      expect(await ledger.proposals.approve(await holdFor(ledger, 'one'), hash, 'ada@example.com')).toBeNull();
      wait(4 * MINUTE);
      const hold = held(await ledger.claim(claim('e3', 'i-1', '2026-11-30T00:00:00Z')));
      await endRound(ledger, hold, { ...concluded(reportFor('advised')), proposal: { kind: 'nothing-to-propose' } });
      expect((await ledger.proposals.find(id))?.state).toBe('stale');
    });
  });

  describe(`${name}, which gives turns`, () => {
    it('gives a turn to one at a time, and to the next when it ends or is not given back', async () => {
      const { ledger, other, wait } = await open();
      const leave = await ledger.tryTurn('sweep', MINUTE);
      expect(leave).not.toBeNull();
      expect(await other.tryTurn('sweep', MINUTE)).toBeNull();
      expect(await other.tryTurn('something else', MINUTE)).not.toBeNull();
      await leave?.();
      expect(await other.tryTurn('sweep', MINUTE)).not.toBeNull();
      wait(2 * MINUTE);
      expect(await ledger.tryTurn('sweep', MINUTE)).not.toBeNull();
    });

    it('does not end the turn of another', async () => {
      const { ledger, other, wait } = await open();
      const late = await ledger.tryTurn('sweep', MINUTE);
      wait(2 * MINUTE);
      await other.tryTurn('sweep', MINUTE);
      await late?.();
      expect(await ledger.tryTurn('sweep', MINUTE)).toBeNull();
    });

    it('knows when the last digest was posted', async () => {
      const { ledger } = await open();
      expect(await ledger.lastDigestAt()).toBeNull();
      await ledger.markDigest(START);
      expect(await ledger.lastDigestAt()).toBe(START);
    });
  });
}

function claim(entryId: string, incidentId = 'i-1', deniedAt = '2026-11-24T02:00:00.000Z'): Claim {
  return { entryId, incidentId, deniedAt, behind: [] };
}

function held(claimed: Claimed): Hold {
  if ('hold' in claimed) return claimed.hold;
  throw new Error(`expected a hold, got ${claimed.kind}`);
}

function concluded(report: Report, quietMilliseconds: number | null = HOUR): Conclusion {
  return {
    report,
    news: 'opened',
    grant: null,
    proposal: { kind: 'unchanged' },
    earlierGrant: null,
    quietMilliseconds,
  };
}

function granted(report: Report, change: Change = CHANGE): Conclusion {
  return { ...concluded(report), grant: newGrant(change, 'asked', report, intentFor()) };
}

async function endRound(ledger: Ledger, hold: Hold, conclusion = concluded(reportFor('proposed'))): Promise<void> {
  await ledger.conclude(hold, conclusion);
  await ledger.finish(hold);
}

function news({ id, at, change }: GrantRecord, state: GrantNews['state']): GrantNews {
  return { id, at, change, state, by: null, due: null };
}

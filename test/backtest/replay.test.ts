import { describe, expect, it } from 'vitest';
import { offlineEvidence } from '../../src/cli/read-files.ts';
import { asServiceAccount, asUser, deniedCall, perimeterBlock } from '../../src/local/demo/demo-entries.ts';
import { ALLOW_CHAT, CHAT, rules } from '../fixtures/case.ts';
import { demoEvidence, HOUR, MINUTE, SECOND, T0, type TimedEntry, tryOut } from './try-out.ts';

const chat = asServiceAccount('chat@acme-ml.iam.gserviceaccount.com');
const call = (after: number, project = 'acme-ml', caller: object = chat): TimedEntry => ({
  after,
  entry: deniedCall({ insertId: 'x', project, caller: { ...caller } }),
});
const asking = (after: number, permission: string): TimedEntry => ({
  after,
  entry: JSON.parse(JSON.stringify(call(0).entry).replaceAll('aiplatform.endpoints.predict', permission)),
});
const at = (after: number) => new Date(T0 + after).toISOString();
const every = (step: number, count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => call(from + index * step));

const ALLOW_MANY = `  - id: many
    effect: allow
    principals: ["serviceAccount:*@acme-ml.iam.gserviceaccount.com"]
    projects: [acme-ml]
`;
const app = (number: number) => asServiceAccount(`app-${number}@acme-ml.iam.gserviceaccount.com`);

describe('a grant in a backtest', () => {
  it('is made at the first denial; denials of the next minutes are propagation, later ones would not have happened', async () => {
    const result = await tryOut(rules(ALLOW_CHAT), [
      call(0),
      call(5 * MINUTE),
      call(9 * MINUTE),
      ...every(HOUR, 20, HOUR),
    ]);
    expect(result.grants).toEqual({
      total: 1,
      list: [
        {
          project: 'acme-ml',
          member: CHAT,
          role: 'roles/aiplatform.user',
          rule: 'chat',
          firstAt: at(0),
          lastAt: at(0),
          times: 1,
          expiresAfterSeconds: null,
          expiresAt: null,
          needs: [],
          avoided: 20,
          hindsight: null,
        },
      ],
    });
    expect(result.outcomes).toEqual(expect.objectContaining({ granted: 1, propagating: 2, avoided: 20, proposed: 0 }));
    expect(result.decisions).toEqual(expect.objectContaining({ apply: 23, allowedIfConfirmed: 0 }));
    expect(result.incidents).toEqual(expect.objectContaining({ total: 1, closedWithoutPerson: 1 }));
  });

  it('is made again when its time is over', async () => {
    const allowlist = rules(`${ALLOW_CHAT}    expiresAfter: 12h\n`);
    const { grants, outcomes } = await tryOut(allowlist, [call(0), call(11 * HOUR), call(13 * HOUR), call(14 * HOUR)]);
    expect(grants.list[0]).toEqual(
      expect.objectContaining({
        times: 2,
        firstAt: at(0),
        lastAt: at(13 * HOUR),
        expiresAt: at(25 * HOUR),
        avoided: 2,
      }),
    );
    expect(outcomes).toEqual(expect.objectContaining({ granted: 2, avoided: 2 }));
  });

  it('also keeps denials of other permissions of its role from happening, as an incident that never arises', async () => {
    const { incidents, outcomes } = await tryOut(rules(ALLOW_CHAT), [
      call(0),
      asking(HOUR, 'aiplatform.endpoints.explain'),
    ]);
    expect(outcomes).toEqual(expect.objectContaining({ granted: 1, avoided: 1 }));
    expect(incidents).toEqual(expect.objectContaining({ total: 2, closedWithoutPerson: 1, neverArisen: 1 }));
  });

  it('does not keep denials that no role helps with from happening', async () => {
    const throttled = JSON.parse(JSON.stringify(call(0).entry).replace('"code":7', '"code":8'));
    const { outcomes } = await tryOut(rules(ALLOW_CHAT), [call(0), { after: HOUR, entry: throttled }]);
    expect(outcomes).toEqual(expect.objectContaining({ granted: 1, avoided: 0, advised: 1 }));
  });
});

describe('limits in a backtest', () => {
  it('hold grants back by the time of the entries, and let them through when their window has moved on', async () => {
    const allowlist = { ...rules(ALLOW_MANY), limits: { grantsPerHour: 2, grantsPerProjectPerDay: null } };
    const burst = [0, 1, 2, 3].map((number) => call(number * MINUTE, 'acme-ml', app(number)));
    const { grants, limits, outcomes, incidents } = await tryOut(allowlist, [
      ...burst,
      call(3 * HOUR, 'acme-ml', app(3)),
    ]);
    expect(grants.list.map(({ member, firstAt }) => [member.slice(15, 20), firstAt])).toEqual([
      ['app-0', at(0)],
      ['app-1', at(MINUTE)],
      ['app-3', at(3 * HOUR)],
    ]);
    expect(limits).toEqual([
      {
        limit: '2 grants an hour (all rules)',
        times: 2,
        firstAt: at(2 * MINUTE),
        lastAt: at(3 * MINUTE),
        projects: 1,
        days: ['2026-11-20'],
      },
    ]);
    expect(outcomes.overLimit).toBe(2);
    expect(incidents).toEqual(expect.objectContaining({ closedWithoutPerson: 2, leftToAPerson: 2 }));
  });
});

describe('an incident in a backtest', () => {
  it('is reported once and then only counted, for as long as the allowlist says', async () => {
    const entries = every(10 * MINUTE, 24);
    const nothing = rules('  - {id: stop, effect: forbid, projects: [acme-pay]}\n');
    expect((await tryOut(nothing, entries)).outcomes).toEqual(expect.objectContaining({ proposed: 4, repeated: 20 }));
    const quiet = { ...nothing, quietMilliseconds: 24 * HOUR };
    expect((await tryOut(quiet, entries)).outcomes).toEqual(expect.objectContaining({ proposed: 1, repeated: 23 }));
  });

  it('can be muted, and a rule that nothing matches is named', async () => {
    const mute = `  - {id: silent, effect: mute, projects: [acme-ml]}\n  - {id: stop, effect: forbid, projects: [acme-pay]}\n`;
    const { incidents, outcomes, neverMatched, rules: counts } = await tryOut(rules(mute), [call(0)]);
    expect(outcomes.muted).toBe(1);
    expect(incidents.muted).toBe(1);
    expect(neverMatched).toEqual(['stop']);
    expect(counts[0]).toEqual({
      id: 'silent',
      effect: 'mute',
      matched: 1,
      notKnown: 0,
      grants: 0,
      grantsIfConfirmed: 0,
    });
  });
});

describe('a caller that explores', () => {
  const permissions = ['predict', 'explain', 'get', 'list', 'delete', 'deploy', 'update'];
  const tour = permissions.map((verb, index) => asking(index * MINUTE, `aiplatform.endpoints.${verb}`));

  it('would have been granted what it asked first, which is told: nobody knew then what followed', async () => {
    const { grants, reconnaissance, causes, outcomes } = await tryOut(rules(ALLOW_CHAT), tour);
    expect(causes).toEqual([{ cause: 'reconnaissance', entries: 7 }]);
    expect(grants.list.map(({ firstAt, hindsight }) => [firstAt, hindsight])).toEqual([[at(0), 'reconnaissance']]);
    // The sixth and seventh are seen for what they are, although the grant has not taken effect yet.
    expect(outcomes).toEqual(expect.objectContaining({ granted: 1, propagating: 4, advised: 2 }));
    expect(reconnaissance.list).toEqual([
      { member: CHAT, firstAt: at(0), lastAt: at(6 * MINUTE), denials: 7, permissions: 7, projects: 1, grants: 1 },
    ]);
  });

  it('is granted nothing once it is seen', async () => {
    const later = call(6 * MINUTE + SECOND, 'acme-ml');
    const { grants } = await tryOut(rules(ALLOW_CHAT), [...tour.slice(2), later]);
    expect(grants.total).toBe(1);
    const forbidden = rules(`${ALLOW_CHAT}    when: now > timestamp("${at(6 * MINUTE)}")\n`);
    expect((await tryOut(forbidden, [...tour, later])).grants.total).toBe(0);
  });
});

describe('the record of a perimeter', () => {
  const inVision = (after: number) =>
    call(after, 'acme-vision', asServiceAccount('see@acme-vision.iam.gserviceaccount.com'));
  const block = (after: number): TimedEntry => ({
    after,
    entry: perimeterBlock('x', asServiceAccount('see@acme-vision.iam.gserviceaccount.com'), 'enforced'),
  });
  const allowlist = rules(`  - id: see
    effect: allow
    principals: ["serviceAccount:see@acme-vision.iam.gserviceaccount.com"]
    projects: [acme-vision]
`);

  it('keeps a grant from being made while the function still waits for it', async () => {
    const { grants, causes } = await tryOut(allowlist, [inVision(0), block(3 * SECOND)]);
    expect(grants.total).toBe(0);
    expect(causes).toEqual([{ cause: 'service-perimeter', entries: 2 }]);
  });

  it('that comes too late shows that the grant was in vain', async () => {
    const { grants } = await tryOut(allowlist, [inVision(0), block(8 * SECOND)]);
    expect(grants.list.map(({ hindsight }) => hindsight)).toEqual(['service-perimeter']);
  });
});

describe('a backtest without look-ups', () => {
  it('is sure of no grant, and lists what rules allow with all that has to be confirmed', async () => {
    const offline = offlineEvidence('offline');
    const result = await tryOut(rules(ALLOW_CHAT), [call(0), call(HOUR)], offline);
    expect(result.decisions).toEqual({ apply: 0, propose: 2, advise: 0, ignore: 0, allowedIfConfirmed: 2 });
    expect(result.outcomes).toEqual(
      expect.objectContaining({ granted: 0, grantedIfConfirmed: 1, avoided: 0, avoidedIfConfirmed: 1, proposed: 0 }),
    );
    expect(result.incidents).toEqual(expect.objectContaining({ closedWithoutPerson: 0, closedIfConfirmed: 1 }));
    expect(result.grants.list[0]?.needs).toContain('guard project-in-organization');
  });

  it('never lists what a known fact speaks against', async () => {
    const stranger = call(0, 'acme-ml', asUser('mallory@example.org'));
    const everybody = rules(`  - {id: all, effect: allow, principals: ["user:*@example.org"], projects: [acme-ml]}\n`);
    expect((await tryOut(everybody, [stranger], offlineEvidence('offline'))).grants.total).toBe(0);
  });

  it('allows if confirmed whatever a full look-up would grant', async () => {
    const entries = [
      call(0),
      call(MINUTE, 'acme-vision'),
      call(2 * MINUTE, 'acme-pay'),
      call(3 * MINUTE, 'acme-ml', app(1)),
    ];
    for (const allowlist of [rules(ALLOW_CHAT), rules(ALLOW_MANY), rules(`${ALLOW_CHAT}    certainty: certain\n`)]) {
      const known = await tryOut(allowlist, entries, demoEvidence());
      const open = await tryOut(allowlist, entries, offlineEvidence('offline'));
      const names = (result: typeof known) => result.grants.list.map(({ project, member }) => `${member} ${project}`);
      expect(names(open)).toEqual(expect.arrayContaining(names(known)));
    }
  });
});

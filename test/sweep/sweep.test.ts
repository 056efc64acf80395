import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/iam/policy.ts';
import { orElse } from '../../src/iam/soon.ts';
import { asServiceAccount, asUser, deniedCall, perimeterBlock } from '../../src/local/demo/demo-entries.ts';
import { handleMessage } from '../../src/pipeline.ts';
import { Redeliver } from '../../src/redeliver.ts';
import { linesOf } from '../../src/remediation/policy-diff.ts';
import { sweep } from '../../src/sweep/sweep.ts';
import { DEFAULT_SWEEP_LIMITS } from '../../src/sweep/sweep-limits.ts';
import { openWorldPipeline, pushOf, type WorldPipeline } from '../fakes/world-pipeline.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ALLOWLIST = `version: 1
organization: "123456789012"
mode: apply
rules:
  - id: workloads
    effect: allow
    principals: ["serviceAccount:*@acme-ml.iam.gserviceaccount.com"]
    projects: [folders/456]
    crossProject: true
`;
const TIMED = `${ALLOWLIST}    expiresAfter: 15m\n`;
const denialOf = (name: string, insertId = name, timestamp = '2026-11-24T02:14:07Z', project = 'acme-ml') => ({
  ...deniedCall({ insertId, project, caller: asServiceAccount(`${name}@acme-ml.iam.gserviceaccount.com`) }),
  timestamp,
});
const tick = (stage: WorldPipeline, limits = DEFAULT_SWEEP_LIMITS) => sweep(stage.pipeline, limits);
const memberOf = (name: string) => `serviceAccount:${name}@acme-ml.iam.gserviceaccount.com`;

function change(stage: WorldPipeline, edit: (bindings: Policy['bindings']) => Policy['bindings'], project = 'acme-ml') {
  const policy = stage.state.policy(`projects/${project}`);
  if (policy === null) throw new Error('no policy');
  stage.state.write(`projects/${project}`, { ...policy, bindings: edit(policy.bindings) }, 'somebody');
}

const lines = (stage: WorldPipeline, project = 'acme-ml') => {
  const policy = stage.state.policy(`projects/${project}`);
  return policy === null ? [] : linesOf(policy).toSorted();
};

const grantsOf = (stage: WorldPipeline) =>
  stage.pipeline.ledger.grants.list({ by: 'newest', from: 0, until: stage.clock.now, limit: 100 });
const said = (stage: WorldPipeline) => stage.events.filter(({ event }) => event === 'sweep-done').at(-1);

describe('threat: the sweep', () => {
  it('removes expired grants that carry our mark, in one write, and nothing else', async () => {
    const stage = openWorldPipeline(TIMED);
    const before = lines(stage);
    await stage.deny(denialOf('a'));
    await stage.deny(denialOf('b'));
    change(stage, (bindings) => [...bindings, ...LOOK_ALIKES]);
    const foreign = [...before, ...LOOK_ALIKES.map(({ members: [member] }) => member)];
    stage.clock.now += HOUR;
    const writes = stage.state.writes.length;
    await tick(stage);
    expect(stage.state.writes.length).toBe(writes + 1);
    expect(lines(stage)).toHaveLength(foreign.length);
    for (const look of LOOK_ALIKES) expect(lines(stage).join()).toContain(look.members[0]);
    expect((await grantsOf(stage)).map(({ state }) => state)).toEqual(['ended', 'ended']);
    expect(said(stage)).toEqual(expect.objectContaining({ grantsChecked: 2, grantsEnded: 2, grantsFailed: 0 }));
  });

  it('leaves a grant whose time is not over, and one that stays', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(denialOf('stays'));
    stage.setAllowlist(`${ALLOWLIST}    expiresAfter: 12h\n`);
    await stage.deny(denialOf('lasts'));
    const held = lines(stage);
    stage.clock.now += HOUR;
    await tick(stage);
    expect(lines(stage)).toEqual(held);
    expect((await grantsOf(stage)).map(({ state }) => state)).toEqual(['active', 'active']);
  });

  it('never ends the newer of two grants of the same access', async () => {
    const stage = openWorldPipeline(TIMED);
    await stage.deny(denialOf('a'));
    stage.clock.now += 20 * MINUTE;
    await stage.deny(denialOf('a', 'a2', '2026-11-24T02:34:00Z'));
    await tick(stage);
    const own = lines(stage).filter((line) => line.includes(memberOf('a')));
    expect(own).toHaveLength(1);
    expect(own[0]).toContain('02:49:12');
  });

  it('writes nothing while the mode is not apply', async () => {
    const stage = openWorldPipeline(TIMED);
    await stage.deny(denialOf('a'));
    stage.clock.now += HOUR;
    stage.setAllowlist(TIMED.replace('mode: apply', 'mode: propose'));
    const writes = stage.state.writes.length;
    await tick(stage);
    expect(stage.state.writes.length).toBe(writes);
    const due = { by: 'due', from: 0, until: stage.clock.now + 30 * MINUTE, limit: 9 } as const;
    expect(await stage.pipeline.ledger.grants.list(due)).toEqual([]);
    stage.setAllowlist(TIMED);
    stage.clock.now += 2 * HOUR;
    await tick(stage);
    expect(stage.state.writes.length).toBe(writes + 1);
  });

  it('tells once that a grant is gone, with who may have removed it, and does not make it again', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(denialOf('a'));
    change(stage, (bindings) => bindings.filter(({ members }) => !members.includes(memberOf('a'))));
    stage.clock.now += HOUR;
    const writes = stage.state.writes.length;
    await tick(stage);
    stage.clock.now += 2 * DAY;
    await tick(stage);
    const gone = stage.reports.filter(({ outcome }) => outcome.kind === 'failed');
    expect(gone).toHaveLength(1);
    expect(gone[0]?.outcome.detail).toContain(`report ${stage.reports[0]?.id}`);
    expect(gone[0]?.remedies.map(({ title }) => title)).toContain('Who removes it');
    expect(stage.state.writes.length).toBe(writes);
    await stage.deny(denialOf('a', 'a2', new Date(stage.clock.now).toISOString()));
    expect(stage.state.writes.length).toBe(writes);
  });

  it('tells once that a grant did not help, when nothing but the count of denials shows it', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(denialOf('a'));
    // Refused ten minutes after the grant, but before the quiet period ended: it was only counted.
    stage.clock.now += 10 * MINUTE - 1_000;
    await stage.deny(denialOf('a', 'a2', '2026-11-24T02:24:12.500Z'));
    stage.clock.now += HOUR;
    await tick(stage);
    stage.clock.now += DAY + HOUR;
    await tick(stage);
    const useless = stage.reports.filter(({ outcome }) => outcome.kind === 'failed');
    expect(useless).toHaveLength(1);
    expect(useless[0]?.outcome.detail).toContain('refused again at 2026-11-24T02:24:12.500Z');
  });

  it('does not take what it may not read for gone', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(denialOf('a'));
    stage.clock.now += HOUR;
    const blind = {
      ...stage.pipeline,
      evidence: {
        ...stage.pipeline.evidence,
        policies: { readPolicy: async () => ({ kind: 'not-readable', detail: 'no' }) as const },
      },
    };
    await sweep(blind, DEFAULT_SWEEP_LIMITS);
    expect(stage.reports).toHaveLength(1);
    expect((await grantsOf(stage))[0]?.state).toBe('active');
  });

  it('goes on with the other projects when one fails', async () => {
    const stage = openWorldPipeline(TIMED);
    await stage.deny(denialOf('a'));
    await stage.deny(denialOf('b', 'b', '2026-11-24T02:14:07Z', 'acme-vision'));
    stage.clock.now += HOUR;
    const failing = {
      ...stage.pipeline,
      removeBindings: async (removal: Parameters<typeof stage.pipeline.removeBindings>[0]) =>
        removal.project === 'acme-ml'
          ? ({ kind: 'refused', detail: 'not allowed' } as const)
          : stage.pipeline.removeBindings(removal),
    };
    await sweep(failing, DEFAULT_SWEEP_LIMITS);
    expect(lines(stage, 'acme-vision').join()).not.toContain(memberOf('b'));
    expect(lines(stage).join()).toContain(memberOf('a'));
    expect(stage.events).toContainEqual({
      event: 'sweep-failed',
      what: 'roles/aiplatform.user in projects/acme-ml',
      detail: 'not allowed',
    });
  });

  it('goes on with the other roles when one may not be written', async () => {
    const stage = openWorldPipeline(TIMED);
    await stage.deny(denialOf('a'));
    const member = 'user:earlier@example.com';
    const condition = expired('guestlist_expires_20260101000000_abcdef');
    change(stage, (bindings) => [{ role: 'roles/aiplatform.viewer', members: [member], condition }, ...bindings]);
    stage.clock.now += HOUR;
    const failing = {
      ...stage.pipeline,
      removeBindings: async (removal: Parameters<typeof stage.pipeline.removeBindings>[0]) =>
        removal.bindings.some(({ role }) => role === 'roles/aiplatform.viewer')
          ? ({ kind: 'refused', detail: 'not this role' } as const)
          : stage.pipeline.removeBindings(removal),
    };
    await sweep(failing, DEFAULT_SWEEP_LIMITS);
    expect(lines(stage).join()).not.toContain(memberOf('a'));
    expect(lines(stage).join()).toContain(member);
    // What is not there any more is over, whatever else could not be removed.
    stage.clock.now += 2 * HOUR;
    await sweep(failing, DEFAULT_SWEEP_LIMITS);
    expect((await grantsOf(stage)).map(({ state }) => state)).toEqual(['ended']);
  });

  it('lets nothing that fails stand in the way of the rest for good', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    for (const name of ['a', 'b']) await stage.deny(denialOf(name));
    await stage.deny(denialOf('c', 'c', '2026-11-24T02:14:07Z', 'acme-vision'));
    const { policies } = stage.pipeline.evidence;
    const readPolicy: typeof policies.readPolicy = async (resource) => {
      if (resource === 'projects/acme-ml') throw new TypeError('a defect');
      return policies.readPolicy(resource);
    };
    const failing = { ...stage.pipeline, evidence: { ...stage.pipeline.evidence, policies: { readPolicy } } };
    stage.clock.now += HOUR;
    for (const _ of [1, 2]) await sweep(failing, { ...DEFAULT_SWEEP_LIMITS, grants: 2 });
    expect(stage.postings.map(({ news, report }) => [news, report.change?.project]).at(-1)).toEqual([
      'verified',
      'acme-vision',
    ]);
    expect(stage.events).toContainEqual({ event: 'sweep-failed', what: 'projects/acme-ml', detail: 'a defect' });
  });

  it('ends what was reported however much work before it cannot be ended', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    stage.channel.isDown = true;
    for (const name of ['x', 'y', 'z']) await stage.deny(denialOf(name)).catch(() => {});
    stage.clock.now += 1_000;
    await stage.deny(denialOf('late')).catch(() => {});
    stage.channel.isDown = false;
    const [log] = stage.pipeline.channels;
    if (log === undefined) throw new Error('no channel');
    const send: typeof log.send = async (posting, thread) => {
      if (!posting.report.denial.principal.member?.includes(':late@')) throw new Error('down for the others');
      return log.send(posting, thread);
    };
    const failing = { ...stage.pipeline, channels: [{ ...log, send }] };
    stage.clock.now += HOUR;
    for (const _ of [1, 2]) await sweep(failing, { ...DEFAULT_SWEEP_LIMITS, grants: 3 });
    expect(stage.postings.map(({ news, report }) => [news, report.denial.principal.member])).toEqual([
      ['opened', memberOf('late')],
      ['verified', memberOf('late')],
    ]);
  });

  it('does no more at once than its limits say, and the rest with the next tick', async () => {
    const stage = openWorldPipeline(TIMED);
    for (const name of ['a', 'b', 'c']) await stage.deny(denialOf(name));
    stage.clock.now += HOUR;
    await tick(stage, { ...DEFAULT_SWEEP_LIMITS, grants: 2 });
    expect((await grantsOf(stage)).filter(({ state }) => state === 'ended')).toHaveLength(2);
    await tick(stage, { ...DEFAULT_SWEEP_LIMITS, grants: 2 });
    expect((await grantsOf(stage)).filter(({ state }) => state === 'ended')).toHaveLength(3);
  });

  it('is done by one at a time', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await Promise.all([tick(stage), tick(stage)]);
    expect(stage.events.map(({ event }) => event).toSorted()).toEqual(['sweep-done', 'sweep-skipped']);
  });

  it('delivers a report that nobody went on with', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    stage.channel.isDown = true;
    await expect(stage.deny(denialOf('a'))).rejects.toMatchObject({ reason: 'channel-unavailable' });
    stage.channel.isDown = false;
    await tick(stage);
    expect(stage.reports).toEqual([]);
    stage.clock.now += HOUR;
    await tick(stage);
    expect(stage.postings.map(({ news }) => news)).toEqual(['opened', 'verified']);
  });

  it('tells once that a grant is in place and was not refused since, and that its time is over', async () => {
    const stage = openWorldPipeline(`${ALLOWLIST}    expiresAfter: 2h\n`);
    await stage.deny(denialOf('a'));
    for (const hours of [1, 1, 1, 1]) {
      stage.clock.now += hours * HOUR;
      await tick(stage);
    }
    expect(stage.postings.map(({ news }) => news)).toEqual(['opened', 'verified', 'ended']);
    const details = stage.reports.map(({ outcome }) => outcome.detail);
    expect(details[1]).toContain(`report ${stage.reports[0]?.id}`);
    expect(details[2]).toContain('ended at 2026-11-24T04:14:12Z');
    expect(stage.events).toContainEqual(expect.objectContaining({ event: 'grant-turned', turn: 'verified' }));
  });

  it('tells a grant as taken back whose removal took effect after its process died and the policy was looked at', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(denialOf('a'));
    const [grant] = await grantsOf(stage);
    stage.clock.now += 30 * MINUTE;
    await stage.pipeline.ledger.grants.askUndo(grant?.id ?? '', 'ada@example.com');
    await tick(stage);
    change(stage, (bindings) => bindings.filter(({ members }) => !members.includes(memberOf('a'))));
    stage.clock.now += 11 * MINUTE;
    await tick(stage);
    expect((await grantsOf(stage)).map(({ state, stateBy }) => [state, stateBy])).toEqual([
      ['undone', 'ada@example.com'],
    ]);
  });

  it('forgets that a grant was to be taken back which is there long after', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(denialOf('a'));
    const [grant] = await grantsOf(stage);
    await stage.pipeline.ledger.grants.askUndo(grant?.id ?? '', 'ada@example.com');
    stage.clock.now += 30 * MINUTE;
    await tick(stage);
    change(stage, (bindings) => bindings.filter(({ members }) => !members.includes(memberOf('a'))));
    stage.clock.now += 2 * DAY;
    await tick(stage);
    expect((await grantsOf(stage)).map(({ state }) => state)).toEqual(['gone']);
  });

  it('takes nothing for removed by somebody whose time may be over by the clock of another instance', async () => {
    const stage = openWorldPipeline(ALLOWLIST.concat('    expiresAfter: 22m\n'));
    await stage.deny(denialOf('a'));
    stage.clock.now += 21 * MINUTE;
    change(stage, (bindings) => bindings.filter(({ members }) => !members.includes(memberOf('a'))));
    await tick(stage);
    expect((await grantsOf(stage)).map(({ state }) => state)).toEqual(['active']);
    // Refused while the grant was in force, and looked at when it had come to its end.
    await stage.deny(denialOf('a', 'a2', '2026-11-24T02:34:30Z'));
    stage.clock.now += 10 * MINUTE;
    await tick(stage);
    expect((await grantsOf(stage)).map(({ state }) => state)).toEqual(['ended']);
    expect(stage.postings.map(({ news }) => news)).toEqual(['opened', 'changed', 'ended']);
  });

  it('leaves an expired grant that is not on record yet to the work that made it', async () => {
    const stage = openWorldPipeline(TIMED);
    await stage.deny(denialOf('a'));
    const dying = { ...stage.pipeline.ledger, conclude: () => Promise.reject(new Redeliver('ledger-unavailable', '')) };
    await orElse(
      () => handleMessage(pushOf(denialOf('b')), { ...stage.pipeline, ledger: dying }),
      () => {},
    );
    stage.clock.now += 21 * MINUTE;
    const late = { ...stage.pipeline, ledger: { ...stage.pipeline.ledger, incidents: async () => [] } };
    await sweep(late, DEFAULT_SWEEP_LIMITS);
    expect(lines(stage).join()).not.toContain(memberOf('a'));
    await tick(stage);
    expect(stage.reports.map(({ outcome, change }) => [outcome.kind, change?.member])).toContainEqual([
      'applied',
      memberOf('b'),
    ]);
    stage.clock.now += HOUR;
    await tick(stage);
    expect(lines(stage).join()).not.toContain(memberOf('b'));
    expect((await grantsOf(stage)).map(({ state }) => state)).toEqual(['ended', 'ended']);
  });

  it('closes proposals that waited for two weeks', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(deniedCall({ insertId: 'p', project: 'acme-ml', caller: asUser('alice@example.com') }));
    stage.clock.now += 15 * DAY;
    await tick(stage);
    const [proposal] = await stage.pipeline.ledger.proposals.list({
      by: 'newest',
      from: 0,
      until: stage.clock.now,
      limit: 9,
    });
    expect(proposal?.state).toBe('stale');
    expect(said(stage)).toEqual(expect.objectContaining({ proposalsClosed: 1 }));
  });

  it('posts the digest once a day, with what waits, what was granted and what it was about', async () => {
    const stage = openWorldPipeline(`${ALLOWLIST}    expiresAfter: 12h\n`);
    await stage.deny(denialOf('a'));
    await stage.deny(denialOf('a', 'a2'));
    await stage.deny(deniedCall({ insertId: 'p', project: 'acme-ml', caller: asUser('alice@example.com') }));
    stage.clock.now += HOUR;
    await tick(stage);
    stage.clock.now += 2 * HOUR;
    await tick(stage);
    expect(stage.digests).toHaveLength(1);
    const [digest] = stage.digests;
    expect(digest?.openProposals.map(({ member }) => member)).toEqual(['user:alice@example.com']);
    expect(digest?.grantsMade.map(({ member }) => member)).toEqual([memberOf('a')]);
    expect(digest?.grantsThatEndSoon).toHaveLength(1);
    expect(digest?.causes).toEqual([{ cause: 'missing-role', incidents: 2, denials: 3 }]);
    stage.clock.now += DAY;
    await tick(stage);
    expect(stage.digests).toHaveLength(2);
    expect(stage.digests[1]?.from).toBe(digest?.to);
  });

  it('says in the digest what was ignored and why, and estimates the hours saved', async () => {
    const mute = '  - id: load-tests\n    effect: mute\n    principals: ["user:alice@example.com"]\n';
    const stage = openWorldPipeline(`${ALLOWLIST}${mute}`);
    await stage.deny(denialOf('a'));
    const alice = { project: 'acme-ml', caller: asUser('alice@example.com') };
    await stage.deny(deniedCall({ insertId: 'm1', ...alice }));
    await stage.deny(deniedCall({ insertId: 'm2', ...alice }));
    await stage.deny(perimeterBlock('v', asUser('bob@example.com'), 'enforced'));
    await tick(stage);
    const [digest] = stage.digests;
    expect(digest?.ignored).toEqual([{ reason: expect.stringContaining('load-tests'), denials: 2 }]);
    // Two hours for the grant that a rule made, and half an hour for the perimeter that was explained.
    expect(digest?.hoursSaved).toBe(2.5);
  });
});

const expired = (title: string, expression = 'request.time < timestamp("2026-01-01T00:00:00Z")') => ({
  title,
  description: '',
  expression,
  location: '',
});

// What others made, however much it looks like ours.
const LOOK_ALIKES: Policy['bindings'] = [
  { role: 'roles/aiplatform.user', members: ['user:expired@example.com'], condition: expired('expired') },
  {
    role: 'roles/aiplatform.user',
    members: ['user:other-form@example.com'],
    condition: expired(
      'guestlist_expires_20260101000000_abcdef',
      'request.time < timestamp("2026-01-01T00:00:00Z") || true',
    ),
  },
  {
    role: 'roles/aiplatform.user',
    members: ['user:not-over@example.com'],
    condition: expired('guestlist_expires_20990101000000_abcdef', 'request.time < timestamp("2099-01-01T00:00:00Z")'),
  },
  {
    role: 'roles/storage.admin',
    members: ['group:break-glass@example.com'],
    condition: { ...expired('guestlist_expires_the_party_list'), description: 'owned by SRE', location: 'here' },
  },
  {
    role: 'roles/aiplatform.user',
    members: ['user:other-time@example.com'],
    condition: expired('guestlist_expires_20270101000000_abcdef'),
  },
  {
    role: 'roles/aiplatform.user',
    members: ['user:described@example.com'],
    condition: { ...expired('guestlist_expires_20260101000000_abcdef'), description: 'kept' },
  },
  {
    role: 'roles/aiplatform.user',
    members: ['deleted:user:gone@example.com?uid=1'],
    condition: expired('guestlist_expires_20260101000000_abcdef'),
  },
];

import { describe, expect, it } from 'vitest';
import type { Policy } from '../src/iam/policy.ts';
import type { GrantRecord } from '../src/ledger/records.ts';
import { asServiceAccount, deniedCall } from '../src/local/demo/demo-entries.ts';
import { handleMessage } from '../src/pipeline.ts';
import type { Pipeline } from '../src/pipeline-ports.ts';
import { Redeliver } from '../src/redeliver.ts';
import type { ChangeRequest } from '../src/remediation/apply-changes.ts';
import { ANSWER_LOST } from '../src/remediation/apply-changes.ts';
import { bindingOf } from '../src/remediation/change.ts';
import { sweep } from '../src/sweep/sweep.ts';
import { DEFAULT_SWEEP_LIMITS } from '../src/sweep/sweep-limits.ts';
import { undoGrant } from '../src/undo-grant.ts';
import { openWorldPipeline, pushOf, type WorldPipeline } from './fakes/world-pipeline.ts';

const ALLOWLIST = `version: 1
organization: "123456789012"
mode: apply
rules:
  - id: workloads
    effect: allow
    principals: ["serviceAccount:*@acme-ml.iam.gserviceaccount.com"]
    projects: [folders/456]
`;
const CHAT = 'serviceAccount:chat@acme-ml.iam.gserviceaccount.com';
const denial = deniedCall({
  insertId: 'c1',
  project: 'acme-ml',
  caller: asServiceAccount('chat@acme-ml.iam.gserviceaccount.com'),
});
const never = () => new Promise<never>(() => {});

function change(stage: WorldPipeline, edit: (bindings: Policy['bindings']) => Policy['bindings']): void {
  const policy = stage.state.policy('projects/acme-ml');
  if (policy === null) throw new Error('no policy');
  stage.state.write('projects/acme-ml', { ...policy, bindings: edit(policy.bindings) }, 'somebody');
}

const give = (stage: WorldPipeline, request: ChangeRequest) => {
  const { role, member, condition } = bindingOf(request.change);
  change(stage, (bindings) => [...bindings, { role, members: [member], condition }]);
};

const own = ({ state }: WorldPipeline) =>
  (state.policy('projects/acme-ml')?.bindings ?? [])
    .filter(({ members }) => members.includes(CHAT))
    .map(({ role, condition }) => `${role} ${condition?.title ?? 'for good'}`);

const grantsOf = ({ pipeline, clock }: WorldPipeline): Promise<readonly GrantRecord[]> =>
  pipeline.ledger.grants.list({ by: 'newest', from: 0, until: clock.now, limit: 9 });

// The process dies when its write was sent; its lease runs out.
async function dieWriting(stage: WorldPipeline, arrived: (request: ChangeRequest) => void): Promise<void> {
  const applyChange: Pipeline['applyChange'] = async (request) => {
    await request.beforeWrite();
    arrived(request);
    return never();
  };
  void handleMessage(pushOf(denial), { ...stage.pipeline, applyChange });
  await new Promise((resolve) => setTimeout(resolve, 30));
  stage.clock.now += 4 * 60_000;
}

describe('threat: a write that nobody saw the end of', () => {
  it('is told as made when its very binding is there, and that Google did not answer', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await dieWriting(stage, (request) => give(stage, request));
    await stage.deny(denial);
    expect(stage.reports.map(({ outcome }) => outcome)).toEqual([{ kind: 'applied', detail: ANSWER_LOST }]);
    expect(await grantsOf(stage)).toHaveLength(1);
    expect(stage.state.writes).toHaveLength(1);
  });

  it('is not taken for made when somebody gave the same role for good, and that is not taken for ours', async () => {
    const stage = openWorldPipeline(`${ALLOWLIST}    expiresAfter: 12h\n`);
    await dieWriting(stage, () =>
      change(stage, (bindings) => [...bindings, { role: 'roles/aiplatform.user', members: [CHAT], condition: null }]),
    );
    await expect(stage.deny(denial)).rejects.toMatchObject({ reason: 'policy-write-unavailable' });
    stage.clock.now += 3 * 60_000;
    await stage.deny(denial);
    expect(stage.reports.map(({ outcome }) => outcome.kind)).toEqual(['advised']);
    expect(await grantsOf(stage)).toEqual([]);
  });

  it('is told as made when it arrives between the look and the second try', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const asked: ChangeRequest[] = [];
    await dieWriting(stage, (request) => void asked.push(request));
    const late = async () => {
      const [request] = asked.splice(0);
      if (request !== undefined) give(stage, request);
    };
    await handleMessage(pushOf(denial), { ...stage.pipeline, awaitShadow: late });
    expect(stage.reports.map(({ outcome }) => outcome)).toEqual([{ kind: 'applied', detail: ANSWER_LOST }]);
    expect(await grantsOf(stage)).toHaveLength(1);
    expect(own(stage)).toHaveLength(1);
  });

  it('keeps anything else from being said for as long as it may arrive, also when nothing may be written any more', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const asked: ChangeRequest[] = [];
    await dieWriting(stage, (request) => void asked.push(request));
    stage.setAllowlist(ALLOWLIST.replace('mode: apply', 'mode: propose'));
    await expect(stage.deny(denial)).rejects.toMatchObject({ reason: 'policy-write-unavailable' });
    expect(stage.reports).toEqual([]);
    for (const request of asked) give(stage, request);
    await stage.deny(denial);
    expect(stage.reports.map(({ outcome }) => outcome)).toEqual([{ kind: 'applied', detail: ANSWER_LOST }]);
    expect(await grantsOf(stage)).toHaveLength(1);
  });

  it('is told by the sweep when its message never came again, and dropped when it did not arrive', async () => {
    for (const arrives of [true, false]) {
      const stage = openWorldPipeline(ALLOWLIST);
      await dieWriting(stage, (request) => (arrives ? give(stage, request) : undefined));
      stage.clock.now += 3_600_000;
      await sweep(stage.pipeline, DEFAULT_SWEEP_LIMITS);
      const told = stage.reports.map(({ outcome }) => outcome.kind);
      expect([told, own(stage).length]).toEqual(arrives ? [['applied'], 1] : [[], 0]);
      const left = stage.events.filter(({ event }) => event === 'work-left').length;
      expect(left).toBe(arrives ? 0 : 1);
      // The message may still come back from the dead-letter topic.
      await stage.deny(denial);
      expect(own(stage)).toHaveLength(1);
      expect((await grantsOf(stage)).map(({ state }) => state)).toEqual(['active']);
    }
  });
});

describe('a report for a channel that is not set up', () => {
  it('goes to the log all the same, which says so', async () => {
    const stage = openWorldPipeline(`${ALLOWLIST}channels: [slack]\n`);
    await stage.deny(denial);
    expect(stage.reports).toHaveLength(1);
    expect(stage.events).toContainEqual({
      event: 'channel-missing',
      channel: 'slack',
      reportId: stage.reports[0]?.id,
    });
  });
});

describe('threat: a removal that nobody saw the end of', () => {
  it('is told as what it was: taken back, by whom', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(denial);
    const [grant] = await grantsOf(stage);
    if (grant === undefined) throw new Error('nothing was granted');
    const takeUp = async () => {
      throw new Redeliver('ledger-unavailable', 'away');
    };
    const broken = { ...stage.pipeline, ledger: { ...stage.pipeline.ledger, takeUp } };
    await expect(undoGrant(grant, 'ada@example.com', broken)).rejects.toMatchObject({ reason: 'ledger-unavailable' });
    expect(own(stage)).toEqual([]);
    await sweep(stage.pipeline, DEFAULT_SWEEP_LIMITS);
    expect(stage.postings.map(({ news }) => news)).toEqual(['opened', 'undone']);
    expect(stage.reports.at(-1)?.outcome.detail).toContain('by ada@example.com');
    expect((await grantsOf(stage)).map(({ state, stateBy }) => [state, stateBy])).toEqual([
      ['undone', 'ada@example.com'],
    ]);
  });

  it('is not taken for one that failed: the grant stays ours to look after', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(denial);
    const [grant] = await grantsOf(stage);
    if (grant === undefined) throw new Error('nothing was granted');
    const removeBindings = async () => ({ kind: 'refused', detail: 'no' }) as const;
    await undoGrant(grant, 'ada@example.com', { ...stage.pipeline, removeBindings });
    for (const _ of [1, 2]) {
      stage.clock.now += 25 * 3_600_000;
      await sweep(stage.pipeline, DEFAULT_SWEEP_LIMITS);
    }
    change(stage, (bindings) => bindings.filter(({ members }) => !members.includes(CHAT)));
    stage.clock.now += 25 * 3_600_000;
    await sweep(stage.pipeline, DEFAULT_SWEEP_LIMITS);
    expect(stage.postings.map(({ news }) => news)).toEqual(['opened', 'verified', 'gone']);
  });
});

describe('threat: a try that is gone on with after the time of its grant is over', () => {
  it('makes a new grant, not the ended one', async () => {
    const stage = openWorldPipeline(`${ALLOWLIST}    expiresAfter: 15m\n`);
    const applyChange: Pipeline['applyChange'] = async (request) => {
      await request.beforeWrite();
      return never();
    };
    void handleMessage(pushOf(denial), { ...stage.pipeline, applyChange });
    await new Promise((resolve) => setTimeout(resolve, 30));
    stage.clock.now += 16 * 60_000;
    await stage.deny(denial);
    expect(Date.parse(stage.reports.at(-1)?.change?.expiresAt ?? '')).toBeGreaterThan(stage.clock.now);
  });
});

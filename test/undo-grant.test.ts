import { describe, expect, it } from 'vitest';
import type { GrantRecord } from '../src/ledger/records.ts';
import { asServiceAccount, deniedCall } from '../src/local/demo/demo-entries.ts';
import { linesOf } from '../src/remediation/policy-diff.ts';
import { tellTurn } from '../src/tell-turn.ts';
import { undoGrant } from '../src/undo-grant.ts';
import { openWorldPipeline, type WorldPipeline } from './fakes/world-pipeline.ts';

const ALLOWLIST = `version: 1
organization: "123456789012"
mode: apply
rules:
  - id: workloads
    effect: allow
    principals: ["serviceAccount:*@acme-ml.iam.gserviceaccount.com"]
    projects: [folders/456]
`;
const denialOf = (name: string, insertId = name) =>
  deniedCall({
    insertId,
    project: 'acme-ml',
    caller: asServiceAccount(`${name}@acme-ml.iam.gserviceaccount.com`),
  });

async function granted(stage: WorldPipeline, name = 'chat'): Promise<GrantRecord> {
  await stage.deny(denialOf(name));
  const grants = await stage.pipeline.ledger.grants.list({ by: 'newest', from: 0, until: stage.clock.now, limit: 9 });
  const grant = grants.find(({ change }) => change.member.includes(`:${name}@`));
  if (grant === undefined) throw new Error('nothing was granted');
  return grant;
}

const lines = ({ state }: WorldPipeline) => {
  const policy = state.policy('projects/acme-ml');
  return policy === null ? [] : linesOf(policy);
};

describe('taking a grant back', () => {
  it('threat: removes exactly its binding, and reports who did it', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const before = lines(stage);
    const other = await granted(stage, 'other');
    const grant = await granted(stage);
    expect(await undoGrant(grant, 'ada@example.com', stage.pipeline)).toEqual({ kind: 'removed', isReported: true });
    expect(lines(stage).toSorted()).toEqual([...before, `roles/aiplatform.user  ${other.change.member}`].toSorted());
    expect(stage.reports.at(-1)?.outcome).toEqual({
      kind: 'advised',
      detail: expect.stringContaining('taken back at 2026-11-24T02:14:12.000Z by ada@example.com'),
    });
    expect(stage.state.writes.at(-1)?.requestReason).toBe(
      `guestlist undo ${grant.id} incident ${grant.incidentId} by ada@example.com`,
    );
  });

  it('leaves the same member under another condition, or without one', async () => {
    const stage = openWorldPipeline(`${ALLOWLIST}    expiresAfter: 12h\n`);
    const grant = await granted(stage);
    const policy = stage.state.policy('projects/acme-ml');
    if (policy === null) throw new Error('no policy');
    const forGood = { role: grant.change.role, members: [grant.change.member], condition: null };
    stage.state.write('projects/acme-ml', { ...policy, bindings: [...policy.bindings, forGood] }, 'somebody');
    await undoGrant(grant, 'ada@example.com', stage.pipeline);
    expect(lines(stage).filter((line) => line.includes(grant.change.member))).toEqual([
      `roles/aiplatform.user  ${grant.change.member}`,
    ]);
  });

  it('works whatever the mode: a person may always take back what Guestlist gave', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const grant = await granted(stage);
    stage.setAllowlist(ALLOWLIST.replace('mode: apply', 'mode: off'));
    expect((await undoGrant(grant, null, stage.pipeline)).kind).toBe('removed');
  });

  it('is not granted again by itself', async () => {
    const stage = openWorldPipeline(`${ALLOWLIST}    expiresAfter: 15m\n`);
    await undoGrant(await granted(stage), 'ada@example.com', stage.pipeline);
    stage.clock.now += 60 * 60_000;
    await stage.deny({ ...denialOf('chat', 'again'), timestamp: '2026-11-24T03:14:00Z' });
    expect(stage.reports.at(-1)?.outcome.kind).toBe('proposed');
    expect(stage.reports.at(-1)?.decision.reason).toContain('not-granted-before');
  });

  it('refuses what is over already', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const grant = await granted(stage);
    await undoGrant(grant, 'ada@example.com', stage.pipeline);
    const now = await stage.pipeline.ledger.grants.find(grant.id);
    expect(now === null ? null : await undoGrant(now, null, stage.pipeline)).toEqual({
      kind: 'refused',
      why: expect.stringContaining('it was taken back already'),
    });
  });

  it('says so when the binding was gone already', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const grant = await granted(stage);
    const policy = stage.state.policy('projects/acme-ml');
    if (policy === null) throw new Error('no policy');
    stage.state.write('projects/acme-ml', { ...policy, bindings: [] }, 'somebody');
    expect(await undoGrant(grant, null, stage.pipeline)).toEqual({ kind: 'was-gone', isReported: true });
    expect(stage.state.writes).toHaveLength(2);
  });

  it('is reported once, however many notice it at the same time', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const grant = await granted(stage);
    await undoGrant(grant, 'ada@example.com', stage.pipeline);
    const told = stage.reports.length;
    stage.clock.now += 500;
    // The sweep had read the grant before it was taken back, and looked at the policy after that.
    const turn = { turn: 'undone', by: 'ada@example.com', due: null } as const;
    expect(await tellTurn(grant, turn, grant.report.incident, stage.pipeline)).toBe(true);
    expect(stage.reports).toHaveLength(told);
    const [incident] = await stage.pipeline.ledger.incidents({ by: 'newest', from: 0, until: Infinity, limit: 1 });
    expect(incident?.work).toBeNull();
  });

  it('is refused where Google stored the grant under another name: access would stay', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const grant = await granted(stage);
    const result = await undoGrant({ ...grant, storedAs: 'other-name' }, 'olivia@example.com', stage.pipeline);
    expect(result).toMatchObject({ kind: 'refused', why: expect.stringContaining('alias') });
    expect(lines(stage).join('\n')).toContain('chat@acme-ml');
  });
});

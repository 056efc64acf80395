import { describe, expect, it } from 'vitest';
import { approveProposal } from '../src/approve-proposal.ts';
import { dismissProposal } from '../src/dismiss-proposal.ts';
import type { ProposalRecord } from '../src/ledger/records.ts';
import { asUser, deniedCall } from '../src/local/demo/demo-entries.ts';
import { openWorldPipeline, type WorldPipeline } from './fakes/world-pipeline.ts';

const DAY = 86_400_000;
const ALLOWLIST =
  'version: 1\norganization: "123456789012"\ndomains: [example.com]\nmode: apply\napprovers: ["user:ada@example.com", "user:bob@example.com", "user:alice@example.com"]\n';

const refusedAgain = (insertId: string, at: number) => ({
  ...deniedCall({ insertId, project: 'acme-ml', caller: asUser('alice@example.com') }),
  timestamp: new Date(at).toISOString(),
});

async function proposed(stage: WorldPipeline): Promise<ProposalRecord> {
  await stage.deny(deniedCall({ insertId: 'a1', project: 'acme-ml', caller: asUser('alice@example.com') }));
  const [proposal] = await stage.pipeline.ledger.proposals.list({
    by: 'newest',
    from: 0,
    until: stage.clock.now,
    limit: 1,
  });
  if (proposal === undefined) throw new Error('nothing was proposed');
  return proposal;
}

function dismiss(
  stage: WorldPipeline,
  { id, hash }: ProposalRecord,
  person = 'ada@example.com',
  reason = 'Use the sandbox.',
) {
  return dismissProposal({ proposalId: id, hash, person, reason }, stage.pipeline);
}

describe('a dismissal', () => {
  it('closes the proposal, keeps who said no and why, and tells it where the proposal was told', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const proposal = await proposed(stage);
    expect((await dismiss(stage, proposal)).kind).toBe('dismissed');
    expect(await stage.pipeline.ledger.proposals.find(proposal.id)).toEqual(
      expect.objectContaining({
        state: 'dismissed',
        dismissal: { by: 'ada@example.com', at: expect.any(String), reason: 'Use the sandbox.' },
      }),
    );
    expect(stage.postings.at(-1)).toEqual({
      news: 'dismissed',
      report: expect.objectContaining({
        outcome: {
          kind: 'advised',
          detail: expect.stringMatching(
            /^Nothing was changed: ada@example\.com dismissed it at 2026-11-24 02:14:12 UTC\. Reason: “Use the sandbox”\./,
          ),
        },
      }),
    });
    expect(stage.events).toContainEqual({
      event: 'proposal-dismissed',
      proposalId: proposal.id,
      by: 'ada@example.com',
    });
    expect(stage.state.writes).toEqual([]);
  });

  it('is one-way: nobody approves afterwards, and a second one changes nothing', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const proposal = await proposed(stage);
    await dismiss(stage, proposal);
    const told = stage.postings.length;
    const why = 'ada@example.com dismissed it already at 2026-11-24 02:14:12 UTC: “Use the sandbox.”';
    const approval = { proposalId: proposal.id, hash: proposal.hash, person: 'bob@example.com' };
    expect(await approveProposal(approval, stage.pipeline)).toEqual({ kind: 'refused', why });
    expect(await dismiss(stage, proposal, 'bob@example.com', 'Me too')).toEqual({ kind: 'refused', why });
    expect(await dismiss(stage, proposal)).toEqual({ kind: 'refused', why });
    expect(stage.postings).toHaveLength(told);
    expect(stage.state.writes).toEqual([]);
  });

  it('of two people at once, one approves or the other dismisses, never both', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const proposal = await proposed(stage);
    const approval = approveProposal(
      { proposalId: proposal.id, hash: proposal.hash, person: 'bob@example.com' },
      stage.pipeline,
    );
    const kinds = (await Promise.all([approval, dismiss(stage, proposal)])).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'refused')).toHaveLength(1);
    const state = (await stage.pipeline.ledger.proposals.find(proposal.id))?.state;
    expect(stage.state.writes).toHaveLength(state === 'applied' ? 1 : 0);
  });

  it.each([
    ['by somebody who is no approver', { person: 'eve@example.com' }, 'eve@example.com is not among the approvers'],
    ['without a reason', { reason: '  ' }, 'a reason is needed'],
    ['of something else than was shown', { hash: 'another' }, 'the proposal has changed since it was shown'],
    ['of a proposal that is not there', { proposalId: 'p-0' }, 'there is no such proposal'],
  ])('threat: is refused %s', async (_what, change, why) => {
    const stage = openWorldPipeline(ALLOWLIST);
    const { id, hash } = await proposed(stage);
    const request = { proposalId: id, hash, person: 'ada@example.com', reason: 'No.', ...change };
    expect(await dismissProposal(request, stage.pipeline)).toEqual({
      kind: 'refused',
      why: expect.stringContaining(why),
    });
    expect((await stage.pipeline.ledger.proposals.find(id))?.state).toBe('open');
  });

  it('holds for the same access for 30 days: later refusals are told as dismissed, and then proposed again', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const proposal = await proposed(stage);
    await dismiss(stage, proposal);
    stage.clock.now += 2 * DAY;
    await stage.deny(refusedAgain('a2', stage.clock.now - 5_000));
    expect(stage.reports.at(-1)?.outcome.detail).toContain('ada@example.com dismissed it');
    expect((await stage.pipeline.ledger.proposals.find(proposal.id))?.state).toBe('dismissed');
    stage.clock.now += 29 * DAY;
    await stage.deny(refusedAgain('a3', stage.clock.now - 5_000));
    expect(stage.reports.at(-1)?.outcome).toEqual({ kind: 'proposed' });
    expect(await stage.pipeline.ledger.proposals.find(proposal.id)).toEqual(
      expect.objectContaining({ state: 'open', dismissal: null }),
    );
  });

  it('does not stop a rule that allows the access later', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await dismiss(stage, await proposed(stage));
    stage.setAllowlist(
      `${ALLOWLIST}rules:\n  - { id: people, effect: allow, principals: ["user:alice@example.com"], projects: [acme-ml] }\n`,
    );
    stage.clock.now += DAY;
    await stage.deny(refusedAgain('a2', stage.clock.now - 5_000));
    expect(stage.reports.at(-1)?.outcome.kind).toBe('applied');
  });

  it('is gone on with after its telling failed', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const proposal = await proposed(stage);
    stage.channel.isDown = true;
    await expect(dismiss(stage, proposal)).rejects.toThrow();
    stage.channel.isDown = false;
    expect((await dismiss(stage, proposal)).kind).toBe('dismissed');
    expect(stage.postings.map(({ news }) => news)).toEqual(['opened', 'dismissed']);
  });
});

describe('the file of an incident', () => {
  it('tells what happened in order, who did it, and what was told last', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const proposal = await proposed(stage);
    await dismiss(stage, proposal);
    stage.clock.now += 40 * DAY;
    await stage.deny(refusedAgain('a2', stage.clock.now - 5_000));
    const again = await stage.pipeline.ledger.proposals.find(proposal.id);
    await approveProposal(
      { proposalId: proposal.id, hash: again?.hash ?? '', person: 'bob@example.com' },
      stage.pipeline,
    );
    const file = await stage.pipeline.ledger.incidentFile(proposal.incidentId);
    expect(file?.story.map(({ news, outcome }) => [news, outcome])).toEqual([
      ['opened', 'proposed'],
      ['dismissed', 'advised'],
      ['changed', 'proposed'],
      ['approved', 'applied'],
    ]);
    expect(file?.story.at(-1)?.detail).toBe('Approved by bob@example.com.');
    expect(file?.newest?.report.id).toBe(stage.reports.at(-1)?.id);
    expect(file?.isBeingWorkedOn).toBe(false);
    expect(stage.state.writes.at(-1)?.requestReason).toBe(
      `guestlist incident ${proposal.incidentId} approved by bob@example.com`,
    );
  });
});

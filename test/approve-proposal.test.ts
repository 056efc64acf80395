import { describe, expect, it } from 'vitest';
import { approveProposal } from '../src/approve-proposal.ts';
import type { ProposalRecord } from '../src/ledger/records.ts';
import { asServiceAccount, asUser, deniedCall } from '../src/local/demo/demo-entries.ts';
import { openWorldPipeline, type WorldPipeline } from './fakes/world-pipeline.ts';

const HEAD = 'version: 1\norganization: "123456789012"\ndomains: [example.com]\nmode: apply\n';
const ALLOWLIST = `${HEAD}approvers: ["user:ada@example.com", "user:alice@example.com", "user:olivia@example.com"]\n`;
const alice = deniedCall({ insertId: 'a1', project: 'acme-ml', caller: asUser('alice@example.com') });
const chat = deniedCall({
  insertId: 'c1',
  project: 'acme-ml',
  caller: asServiceAccount('chat@acme-ml.iam.gserviceaccount.com'),
});

async function proposed(stage: WorldPipeline, entry: unknown = alice): Promise<ProposalRecord> {
  await stage.deny(entry);
  const everything = { by: 'newest', from: 0, until: stage.clock.now, limit: 10 } as const;
  const [proposal] = await stage.pipeline.ledger.proposals.list(everything);
  if (proposal === undefined) throw new Error('nothing was proposed');
  return proposal;
}

function approve(stage: WorldPipeline, { id, hash }: ProposalRecord, person = 'ada@example.com') {
  return approveProposal({ proposalId: id, hash, person }, stage.pipeline);
}

const members = ({ state }: WorldPipeline) =>
  (state.policy('projects/acme-ml')?.bindings ?? [])
    .filter(({ role }) => role === 'roles/aiplatform.user')
    .flatMap(({ members: bound }) => bound);

describe('an approval', () => {
  it('makes the change, records who approved it, and reports it', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const proposal = await proposed(stage);
    const result = await approve(stage, proposal);
    expect(result.kind).toBe('carried-out');
    expect(members(stage)).toContain('user:alice@example.com');
    expect(stage.reports.map(({ outcome }) => outcome)).toEqual([
      { kind: 'proposed' },
      { kind: 'applied', detail: 'Approved by ada@example.com.' },
    ]);
    const [grant] = await stage.pipeline.ledger.grants.list({
      by: 'newest',
      from: 0,
      until: stage.clock.now,
      limit: 9,
    });
    expect(grant).toEqual(expect.objectContaining({ approvedBy: 'ada@example.com', ruleId: null, state: 'active' }));
    expect((await stage.pipeline.ledger.proposals.find(proposal.id))?.state).toBe('applied');
  });

  it('is offered in the report where somebody may give it, and nowhere else; a grant says how to take it back', async () => {
    const firstRemedy = async (allowlist: string) => {
      const stage = openWorldPipeline(allowlist);
      await stage.deny(alice);
      return stage.reports[0]?.remedies[0];
    };
    const offered = await firstRemedy(ALLOWLIST);
    expect(offered?.title).toBe('Approve it');
    expect(offered?.text).toMatch(/guestlist approve i-[0-9a-f]{24}$/);
    for (const [wanting, replacement] of [
      [HEAD, HEAD],
      ['mode: apply', 'mode: propose'],
      ['[example.com]', '[example.net]'],
      ['mode: apply', 'mode: apply\nrules:\n  - { id: stop, effect: forbid, projects: [acme-ml] }'],
    ] as const) {
      const allowlist = wanting === HEAD ? HEAD : ALLOWLIST.replace(wanting, replacement);
      expect((await firstRemedy(allowlist))?.title).not.toBe('Approve it');
    }
    const stage = openWorldPipeline(ALLOWLIST);
    const { id } = await proposed(stage);
    await approve(stage, { ...(await proposed(stage)), id });
    const [grant] = await stage.pipeline.ledger.grants.list({
      by: 'newest',
      from: 0,
      until: stage.clock.now,
      limit: 1,
    });
    expect(stage.reports.at(-1)?.remedies.at(-1)?.text).toContain(`guestlist undo ${grant?.id}`);
  });

  it('threat: works once: a second one, by anybody, changes nothing', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const proposal = await proposed(stage);
    await approve(stage, proposal);
    const writes = stage.state.writes.length;
    expect(await approve(stage, proposal)).toEqual({
      kind: 'refused',
      why: expect.stringMatching(/^ada@example\.com approved it already at .*, and it was granted$/),
    });
    expect(stage.state.writes).toHaveLength(writes);
  });

  it('threat: of two approvers at the same time one has an effect', async () => {
    const stage = openWorldPipeline(`${HEAD}approvers: ["user:ada@example.com", "user:bob@example.com"]\n`);
    const proposal = await proposed(stage);
    const results = await Promise.all([approve(stage, proposal), approve(stage, proposal, 'bob@example.com')]);
    expect(results.map(({ kind }) => kind).toSorted()).toEqual(['carried-out', 'refused']);
    expect(stage.state.writes).toHaveLength(1);
  });

  it('threat: an empty list of approvers lets nobody approve', async () => {
    const stage = openWorldPipeline(HEAD);
    const proposal = await proposed(stage);
    expect(await approve(stage, proposal)).toEqual({
      kind: 'refused',
      why: 'the allowlist names no approvers for this, so nobody may approve it',
    });
    expect(stage.state.writes).toEqual([]);
  });

  it('threat: nobody approves their own access', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const proposal = await proposed(stage);
    expect(await approve(stage, proposal, 'Alice@example.com')).toEqual({
      kind: 'refused',
      why: expect.stringContaining('nobody approves their own access'),
    });
    expect(stage.state.writes).toEqual([]);
  });

  it('threat: an owner of the service account that is served does not approve for it', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const proposal = await proposed(stage, chat);
    expect(await approve(stage, proposal, 'olivia@example.com')).toEqual({
      kind: 'refused',
      why: expect.stringContaining('holds roles/owner on projects/acme-ml and could act as the service account'),
    });
    expect((await approve(stage, proposal)).kind).toBe('carried-out');
  });

  it('threat: who impersonated the caller does not approve', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const caller = {
      ...asServiceAccount('chat@acme-ml.iam.gserviceaccount.com'),
      serviceAccountDelegationInfo: [{ firstPartyPrincipal: { principalEmail: 'ada@example.com' } }],
    };
    const proposal = await proposed(stage, deniedCall({ insertId: 'c2', project: 'acme-ml', caller }));
    expect(await approve(stage, proposal)).toEqual({
      kind: 'refused',
      why: expect.stringContaining('stands behind it'),
    });
  });

  it('threat: what is applied is what was approved: another hash, or another role by now, changes nothing', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const proposal = await proposed(stage);
    expect(await approve(stage, { ...proposal, hash: 'x' })).toEqual({
      kind: 'refused',
      why: 'the proposal has changed since it was shown; look at it again',
    });
    stage.setAllowlist(`${ALLOWLIST}role: roles/aiplatform.expressUser\n`);
    expect(await approve(stage, proposal)).toEqual({
      kind: 'refused',
      why: 'what would be granted has changed since it was shown',
    });
    expect(stage.state.writes).toEqual([]);
  });

  it('threat: decides anew, so a forbid rule, a lower mode or a guard that fails by now stops it', async () => {
    for (const [now, why] of [
      [`${ALLOWLIST}rules:\n  - { id: stop, effect: forbid, projects: [acme-ml] }\n`, 'rule stop forbids it'],
      [ALLOWLIST.replace('mode: apply', 'mode: propose'), 'the mode of the allowlist is propose'],
      [ALLOWLIST.replace('mode: apply', 'mode: off'), 'the mode of the allowlist is off'],
      [ALLOWLIST.replace('[example.com]', '[example.net]'), 'guard user-domain-is-listed stopped it'],
    ] as const) {
      const stage = openWorldPipeline(ALLOWLIST);
      const proposal = await proposed(stage);
      stage.setAllowlist(now);
      expect(await approve(stage, proposal)).toEqual({ kind: 'refused', why: expect.stringContaining(why) });
      expect(stage.state.writes).toEqual([]);
      expect((await stage.pipeline.ledger.proposals.find(proposal.id))?.state).toBe('open');
    }
  });

  it('counts against the limits of the file', async () => {
    const stage = openWorldPipeline(`${ALLOWLIST}limits: { grantsPerHour: 0 }\n`);
    const proposal = await proposed(stage);
    expect(await approve(stage, proposal)).toEqual({
      kind: 'refused',
      why: 'the limit is reached: 0 grants an hour (all rules)',
    });
    stage.setAllowlist(ALLOWLIST);
    expect((await approve(stage, proposal)).kind).toBe('carried-out');
  });

  it('grants for as long as was shown, counted from the approval', async () => {
    const rule = `rules:\n  - { id: people, effect: allow, principals: ["user:*@example.com"], projects: [acme-ml], certainty: certain, expiresAfter: 12h }\n  - { id: ask, effect: propose, projects: [acme-ml] }\n`;
    const stage = openWorldPipeline(ALLOWLIST + rule);
    const proposal = await proposed(stage);
    expect(proposal.lastsMilliseconds).toBe(12 * 3_600_000);
    stage.clock.now += 3_600_000;
    const result = await approve(stage, proposal);
    expect(result.kind === 'carried-out' ? result.report.change?.expiresAt : null).toBe('2026-11-24T15:14:12Z');
  });

  it('can bring back what somebody removed, which no rule does', async () => {
    const allow = `rules:\n  - { id: people, effect: allow, principals: ["user:alice@example.com"], projects: [acme-ml] }\n`;
    const stage = openWorldPipeline(ALLOWLIST + allow);
    await stage.deny(alice);
    const policy = stage.state.policy('projects/acme-ml');
    if (policy === null) throw new Error('no policy');
    const without = policy.bindings.map((binding) => ({
      ...binding,
      members: binding.members.filter((member) => member !== 'user:alice@example.com'),
    }));
    stage.state.write('projects/acme-ml', { ...policy, bindings: without }, 'somebody');
    stage.clock.now += 3_600_000;
    const proposal = await proposed(stage, { ...alice, insertId: 'a2', timestamp: '2026-11-24T03:00:00Z' });
    expect(members(stage)).not.toContain('user:alice@example.com');
    expect((await approve(stage, proposal)).kind).toBe('carried-out');
    expect(members(stage)).toContain('user:alice@example.com');
  });

  it('goes on after a crash when the same person approves again, and ends in one grant', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const proposal = await proposed(stage);
    stage.channel.isDown = true;
    await expect(approve(stage, proposal)).rejects.toMatchObject({ reason: 'channel-unavailable' });
    stage.channel.isDown = false;
    expect((await approve(stage, proposal)).kind).toBe('carried-out');
    expect(stage.state.writes).toHaveLength(1);
    expect(stage.reports.map(({ outcome }) => outcome.kind)).toEqual(['proposed', 'applied']);
    expect((await approve(stage, proposal)).kind).toBe('refused');
  });
});

import { describe, expect, it } from 'vitest';
import { type ApprovalRequest, approveProposal } from '../src/approve-proposal.ts';
import { orElse } from '../src/iam/soon.ts';
import type { ProposalRecord } from '../src/ledger/records.ts';
import { asUser, deniedCall } from '../src/local/demo/demo-entries.ts';
import { handleMessage } from '../src/pipeline.ts';
import type { Pipeline } from '../src/pipeline-ports.ts';
import { Redeliver } from '../src/redeliver.ts';
import { sweep } from '../src/sweep/sweep.ts';
import { DEFAULT_SWEEP_LIMITS } from '../src/sweep/sweep-limits.ts';
import { openWorldPipeline, pushOf, type WorldPipeline } from './fakes/world-pipeline.ts';

const HEAD = 'version: 1\norganization: "123456789012"\ndomains: [example.com]\nmode: apply\n';
const ALLOWLIST = `${HEAD}approvers: ["user:ada@example.com", "user:bob@example.com"]\n`;
const alice = deniedCall({ insertId: 'a1', project: 'acme-ml', caller: asUser('alice@example.com') });
const MINUTE = 60_000;
const never = () => new Promise<never>(() => {});

async function newest({ pipeline, clock }: WorldPipeline): Promise<ProposalRecord> {
  const listing = { by: 'newest', from: 0, until: clock.now, limit: 1 } as const;
  const [proposal] = await pipeline.ledger.proposals.list(listing);
  if (proposal === undefined) throw new Error('nothing was proposed');
  return proposal;
}

const by = ({ id, hash }: ProposalRecord, person: string): ApprovalRequest => ({ proposalId: id, hash, person });

const rolesOfAlice = ({ state }: WorldPipeline) =>
  (state.policy('projects/acme-ml')?.bindings ?? [])
    .filter(({ members }) => members.includes('user:alice@example.com'))
    .map(({ role }) => role);

// The process dies where the port is asked, and its lease runs out.
async function dieDuring(request: ApprovalRequest, stage: WorldPipeline, dying: Partial<Pipeline>): Promise<void> {
  void approveProposal(request, { ...stage.pipeline, ...dying });
  await new Promise((resolve) => setTimeout(resolve, 30));
  stage.clock.now += 4 * MINUTE;
}

describe('an approval after one that died', () => {
  const whereItDied: readonly [string, (stage: WorldPipeline) => Partial<Pipeline>][] = [
    [
      'before it was recorded',
      ({ pipeline: { ledger } }) => ({ ledger: { ...ledger, proposals: { ...ledger.proposals, approve: never } } }),
    ],
    ['before the write', () => ({ applyChange: never })],
    [
      'with a write that never arrived',
      () => ({
        applyChange: async ({ beforeWrite }) => {
          await beforeWrite();
          return never();
        },
      }),
    ],
  ];

  it.each(whereItDied)('threat: is for what was shown: %s, another hash changes nothing', async (_where, dying) => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(alice);
    const proposal = await newest(stage);
    await dieDuring(by(proposal, 'ada@example.com'), stage, dying(stage));
    const result = await approveProposal({ ...by(proposal, 'bob@example.com'), hash: 'stale' }, stage.pipeline);
    expect(result.kind).toBe('refused');
    expect(stage.state.writes).toEqual([]);
  });

  it.each(whereItDied)('threat: grants what was shown: %s, another role by now changes nothing', async (_, dying) => {
    const stage = openWorldPipeline(`${ALLOWLIST}role: roles/aiplatform.expressUser\n`);
    await stage.deny(alice);
    const proposal = await newest(stage);
    await dieDuring(by(proposal, 'ada@example.com'), stage, dying(stage));
    stage.setAllowlist(`${ALLOWLIST}role: roles/aiplatform.user\n`);
    // A write that was sent may still arrive for some minutes.
    stage.clock.now += 5 * MINUTE;
    const result = await approveProposal(by(proposal, 'ada@example.com'), stage.pipeline);
    expect(result).toEqual({ kind: 'refused', why: 'what would be granted has changed since it was shown' });
    expect((await newest(stage)).state).toBe('open');
    expect(stage.state.writes).toEqual([]);
  });

  it.each(whereItDied)('can be given again by the same person: %s', async (_where, dying) => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(alice);
    const request = by(await newest(stage), 'ada@example.com');
    await dieDuring(request, stage, dying(stage));
    expect((await approveProposal(request, stage.pipeline)).kind).toBe('carried-out');
    expect(rolesOfAlice(stage)).toEqual(['roles/aiplatform.user']);
    expect(stage.state.writes).toHaveLength(1);
  });

  it.each(whereItDied)('threat: is never carried out by the sweep: %s', async (_where, dying) => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(alice);
    const proposal = await newest(stage);
    await dieDuring(by(proposal, 'ada@example.com'), stage, dying(stage));
    stage.clock.now += 15 * MINUTE;
    await sweep(stage.pipeline, DEFAULT_SWEEP_LIMITS);
    expect(stage.state.writes).toEqual([]);
    expect((await newest(stage)).state).toBe('open');
    expect((await approveProposal(by(proposal, 'bob@example.com'), stage.pipeline)).kind).toBe('carried-out');
  });

  it('is told by the sweep when its write did arrive, as approved by whom it was', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(alice);
    const { applyChange } = stage.pipeline;
    await dieDuring(by(await newest(stage), 'ada@example.com'), stage, {
      applyChange: async (request) => {
        await applyChange(request);
        return never();
      },
    });
    stage.clock.now += 15 * MINUTE;
    await sweep(stage.pipeline, DEFAULT_SWEEP_LIMITS);
    expect(stage.reports.at(-1)?.outcome).toEqual({
      kind: 'applied',
      detail: 'Approved by ada@example.com. Google did not answer the write; the binding is there now.',
    });
    const proposal = await newest(stage);
    expect(proposal.state).toBe('applied');
    expect(stage.state.writes).toHaveLength(1);
    expect((await approveProposal(by(proposal, 'bob@example.com'), stage.pipeline)).kind).toBe('refused');
  });

  it('does not hold up the denial that comes next, which is examined like any other', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(alice);
    const proposal = await newest(stage);
    await dieDuring(by(proposal, 'ada@example.com'), stage, { applyChange: never });
    stage.clock.now += 60 * MINUTE;
    const later = { ...alice, insertId: 'a2', timestamp: new Date(stage.clock.now).toISOString() };
    const isAway = async () => {
      throw new Redeliver('evidence-unavailable', 'away');
    };
    const broken = { ...stage.pipeline, evidence: { ...stage.pipeline.evidence, projects: { findProject: isAway } } };
    await expect(handleMessage(pushOf(later), broken)).rejects.toMatchObject({ reason: 'evidence-unavailable' });
    stage.clock.now += 4 * MINUTE;
    const result = await approveProposal({ ...by(proposal, 'bob@example.com'), hash: 'wrong' }, stage.pipeline);
    expect(result.kind).toBe('refused');
    await stage.deny(later);
    expect(stage.reports.map(({ outcome }) => outcome.kind)).toEqual(['proposed', 'proposed']);
    expect(stage.state.writes).toEqual([]);
  });

  it('is possible whatever a denial left behind', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    await stage.deny(alice);
    stage.clock.now += 120 * MINUTE;
    const isAway = async () => {
      throw new Redeliver('allowlist-unavailable', 'away');
    };
    const later = { ...alice, insertId: 'a2', timestamp: new Date(stage.clock.now).toISOString() };
    await orElse(
      () => handleMessage(pushOf(later), { ...stage.pipeline, allowlist: isAway }),
      () => {},
    );
    stage.clock.now += 24 * 60 * MINUTE;
    await sweep(stage.pipeline, DEFAULT_SWEEP_LIMITS);
    expect(stage.events).toContainEqual(expect.objectContaining({ event: 'work-left' }));
    const request = by(await newest(stage), 'ada@example.com');
    expect((await approveProposal(request, stage.pipeline)).kind).toBe('carried-out');
  });
});

describe('the approvers of a rule', () => {
  const rule = (projects: string, who: string) =>
    `rules:\n  - { id: people, effect: allow, principals: ["user:*@example.com"], projects: [${projects}], approvers: ["user:${who}@example.com"] }\n  - { id: ask, effect: propose, projects: [acme-ml] }\n`;

  it('threat: are those of the rules that would allow it now, whatever was called so before', async () => {
    const stage = openWorldPipeline(HEAD + rule('acme-ml', 'bob'));
    await stage.deny(alice);
    stage.setAllowlist(HEAD + rule('acme-vision', 'mallory'));
    const result = await approveProposal(by(await newest(stage), 'mallory@example.com'), stage.pipeline);
    expect(result).toEqual({
      kind: 'refused',
      why: 'the allowlist names no approvers for this, so nobody may approve it',
    });
  });

  it('may approve again what was held back because the allowlist changed at that moment', async () => {
    const allowed = HEAD + rule('acme-ml', 'bob').split('\n').slice(0, 2).join('\n');
    const stage = openWorldPipeline(allowed.replace('mode: apply', 'mode: propose'));
    await stage.deny(alice);
    stage.setAllowlist(allowed);
    const held = {
      ...stage.pipeline,
      applyChange: async () => ({ kind: 'held-back', detail: 'It changed.' }) as const,
    };
    await approveProposal(by(await newest(stage), 'bob@example.com'), held);
    const proposal = await newest(stage);
    expect(proposal.state).toBe('open');
    expect((await approveProposal(by(proposal, 'bob@example.com'), stage.pipeline)).kind).toBe('carried-out');
  });
});

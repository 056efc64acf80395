import { approveProposal } from '../../src/approve-proposal.ts';
import type { Condition } from '../../src/iam/policy.ts';
import { createLedger, type LedgerPorts } from '../../src/ledger/create-ledger.ts';
import { type DocumentWrite, emptySnapshot, type Snapshot } from '../../src/ledger/document-store.ts';
import { grantIdOf, keyOf, proposalIdOf } from '../../src/ledger/keys.ts';
import type { Claimed, Conclusion, Hold, Ledger } from '../../src/ledger/ledger.ts';
import type { Pipeline } from '../../src/pipeline-ports.ts';
import type { Standing } from '../../src/remediation/apply-changes.ts';
import type { Change } from '../../src/remediation/change.ts';
import type { Cloud } from './cloud.ts';

/** Faults planted on purpose, to see that the simulation finds them. */
export const PLANTS = [
  'does not record that a write is sent',
  'counts no limits',
  'gives nothing back that it counted',
  'does not read the mode again',
  'does not look again just before it writes',
  'writes over other people',
  'forgets who has a report',
  'takes every lease for over',
  'does not renew its lease',
  'takes work from whoever is at it',
  'does not check its hold',
  'approves whatever is shown by now',
  'takes no proposal before it approves',
  'approves what somebody dismissed',
  'lets anybody approve',
  'leaves an approval that came to nothing',
  'approves by the sweep',
  'goes on with what was intended before',
  'makes another binding when it goes on',
  'ignores what it saw before',
  'forgets what was removed',
  'takes grants back without a record',
  'removes whatever is titled like ours',
  'looks at the same grants for ever',
] as const;

export type Plant = 'nothing' | (typeof PLANTS)[number];

const HOUR_MILLISECONDS = 3_600_000;

/** A ledger that lacks something. */
export function plantedLedger(ledger: Ledger, ports: LedgerPorts, { plant, store, approvals }: Cloud): Ledger {
  switch (plant) {
    case 'does not record that a write is sent':
      return { ...ledger, markWriting: async () => {} };
    case 'counts no limits':
      return { ...ledger, intend: (hold, intent, denial) => ledger.intend(hold, intent, denial, []) };
    case 'forgets who has a report':
      return { ...ledger, finish: async () => {} };
    case 'takes every lease for over': {
      let hours = 0;
      return createLedger({ ...ports, now: () => ports.now() + ++hours * 600_000 });
    }
    case 'takes work from whoever is at it': {
      const { takeUp } = createLedger({ ...ports, now: () => ports.now() + HOUR_MILLISECONDS });
      return { ...ledger, takeUp };
    }
    case 'does not check its hold':
      return withoutHolds(ledger, store);
    case 'approves whatever is shown by now': {
      const { proposals } = ledger;
      const approve: Ledger['proposals']['approve'] = async (hold, hash, by) => {
        const proposal = await proposals.find(proposalIdOf(hold.incidentId));
        return proposals.approve(hold, proposal?.hash ?? hash, by);
      };
      // Whatever somebody asks to approve passes for what is proposed.
      const find: typeof proposals.find = async (id) => {
        const proposal = await proposals.find(id);
        const asked = approvals.findLast((one) => one.proposal.id === id);
        return proposal === null || asked === undefined ? proposal : { ...proposal, hash: asked.hash };
      };
      return { ...ledger, proposals: { ...proposals, approve, find } };
    }
    case 'takes no proposal before it approves':
      return { ...ledger, proposals: { ...ledger.proposals, approve: async () => null } };
    case 'approves what somebody dismissed': {
      const { proposals } = ledger;
      const find: typeof proposals.find = async (id) => {
        const proposal = await proposals.find(id);
        return proposal?.state === 'dismissed' ? { ...proposal, state: 'open' } : proposal;
      };
      return { ...ledger, proposals: { ...proposals, find, approve: async () => null } };
    }
    case 'leaves an approval that came to nothing':
      return { ...ledger, proposals: { ...ledger.proposals, settle: async () => true } };
    case 'takes grants back without a record':
      return { ...ledger, grants: { ...ledger.grants, askUndo: async () => {} } };
    default:
      return ledger;
  }
}

// Whoever has lost its work goes on as if it were whoever has it now.
function withoutHolds(ledger: Ledger, store: Cloud['store']): Ledger {
  const current = async (hold: Hold): Promise<Hold> => {
    const snapshot = emptySnapshot();
    const key = keyOf('incidents', hold.incidentId);
    await store.read([key], snapshot);
    return { ...hold, token: snapshot.get(key)?.record.work?.token ?? hold.token };
  };
  return {
    ...ledger,
    intend: async (hold, ...rest) => ledger.intend(await current(hold), ...rest),
    markWriting: async (hold) => ledger.markWriting(await current(hold)),
    conclude: async (hold, conclusion) => ledger.conclude(await current(hold), conclusion),
    markDelivered: async (hold, ...rest) => ledger.markDelivered(await current(hold), ...rest),
    finish: async (hold) => ledger.finish(await current(hold)),
    drop: async (hold) => ledger.drop(await current(hold)),
  };
}

/** What the allowlist says at a moment, or said some time before it. */
export function plantedStanding(standing: () => Promise<Standing>, { plant }: Cloud): () => Promise<Standing> {
  let [kept, calls]: [Promise<Standing> | null, number] = [null, 0];
  switch (plant) {
    case 'does not read the mode again':
      return async () => {
        kept ??= standing();
        return kept;
      };
    case 'does not look again just before it writes':
      return async () => {
        calls += 1;
        if (kept === null || calls % 2 === 1) kept = standing();
        return kept;
      };
    default:
      return standing;
  }
}

/** A pipeline that does something else than it should. */
export function plantedPipeline(pipeline: Pipeline, { plant }: Cloud): Pipeline {
  switch (plant) {
    case 'lets anybody approve': {
      const allowlist = async () => {
        const found = await pipeline.allowlist();
        return { ...found, approvers: [...found.approvers, 'mallory@example.com'] };
      };
      return { ...pipeline, allowlist };
    }
    case 'ignores what it saw before':
      return { ...pipeline, applyChange: (request) => pipeline.applyChange({ ...request, seenWithout: null }) };
    case 'goes on with what was intended before':
      return withIntendedBefore(pipeline);
    case 'makes another binding when it goes on':
      return withAnotherBinding(pipeline);
    default:
      return pipeline;
  }
}

function withIntendedBefore(pipeline: Pipeline): Pipeline {
  const { ledger } = pipeline;
  const changes = new Map<string, Change>();
  const remembered = <C extends Claimed>(claimed: C): C => {
    if ('hold' in claimed) changes.delete(claimed.hold.incidentId);
    if (claimed.kind === 'resume-intent' && claimed.progress === 'write-sent' && claimed.intent.change !== null)
      changes.set(claimed.hold.incidentId, claimed.intent.change);
    return claimed;
  };
  return {
    ...pipeline,
    applyChange: (request) =>
      pipeline.applyChange({ ...request, change: changes.get(request.incidentId) ?? request.change }),
    ledger: {
      ...ledger,
      claim: async (claim) => remembered(await ledger.claim(claim)),
      takeUp: async (topic) => remembered(await ledger.takeUp(topic)),
      conclude: (hold, conclusion) =>
        ledger.conclude(hold, withChange(conclusion, changes.get(hold.incidentId) ?? null)),
    },
  };
}

function withAnotherBinding(pipeline: Pipeline): Pipeline {
  const { ledger } = pipeline;
  const changes = new Map<string, Change>();
  return {
    ...pipeline,
    applyChange: (request) => {
      const { condition } = request.change;
      if (request.seenWithout === null || condition === null) return pipeline.applyChange(request);
      const change = { ...request.change, condition: retitled(condition, changes.size) };
      changes.set(request.incidentId, change);
      return pipeline.applyChange({ ...request, change, seenWithout: null });
    },
    ledger: {
      ...ledger,
      conclude: (hold, conclusion) =>
        ledger.conclude(hold, withChange(conclusion, changes.get(hold.incidentId) ?? null)),
    },
  };
}

function retitled(condition: Condition, count: number): Condition {
  return { ...condition, title: condition.title.replace(/[0-9a-f]{6}$/, String(count).padStart(6, 'f')) };
}

function withChange(conclusion: Conclusion, change: Change | null): Conclusion {
  const { grant, report } = conclusion;
  if (change === null || grant === null) return conclusion;
  const told = { ...report, change };
  return { ...conclusion, report: told, grant: { ...grant, id: grantIdOf(change), change, report: told } };
}

/** What a sweep does that it should not, before it does what it should. */
export async function plantedSweep(pipeline: Pipeline, { plant, state }: Cloud): Promise<void> {
  const all = { by: 'newest', from: 0, until: pipeline.now() + HOUR_MILLISECONDS, limit: 100 } as const;
  if (plant === 'approves by the sweep')
    for (const { id, hash, approval, state: is } of await pipeline.ledger.proposals.list(all))
      if (is === 'approved' && approval !== null)
        await approveProposal({ proposalId: id, hash, person: approval.by }, pipeline);
  if (plant !== 'removes whatever is titled like ours') return;
  for (const name of ['acme-ml', 'acme-vision', 'acme-pay']) {
    const bindings = (state.policy(`projects/${name}`)?.bindings ?? [])
      .filter(({ condition }) => condition?.title.startsWith('guestlist_expires_2020') ?? false)
      .flatMap(({ role, members, condition }) => members.map((member) => ({ role, member, condition })));
    await pipeline.removeBindings({ project: name, bindings, reason: 'guestlist sweep', askedBy: 'machine' });
  }
}

/** Documents as they are written, where something is forgotten about them. */
export async function plantedWrites(
  writes: readonly DocumentWrite[],
  { plant, store }: Cloud,
): Promise<readonly DocumentWrite[]> {
  const before = emptySnapshot();
  await store.read(
    writes.map(({ key }) => key),
    before,
  );
  return writes.map((write) => plantedWrite(write, before, plant));
}

function plantedWrite(write: DocumentWrite, before: Snapshot, plant: Plant): DocumentWrite {
  const { record } = write;
  switch (plant) {
    case 'forgets what was removed':
      return 'removedAt' in record ? { ...write, record: { ...record, removedAt: null } } : write;
    case 'does not renew its lease': {
      const past = 'work' in record ? (before.get(keyOf('incidents', write.key.id))?.record.work ?? null) : null;
      if (!('work' in record) || record.work === null || past?.token !== record.work.token) return write;
      return { ...write, record: { ...record, work: { ...record.work, leaseUntil: past.leaseUntil } } };
    }
    case 'looks at the same grants for ever': {
      const past = write.key.collection === 'grants' ? before.get(keyOf('grants', write.key.id)) : null;
      return past === null || past.due === null ? write : { ...write, due: past.due };
    }
    case 'gives nothing back that it counted': {
      const past = 'slots' in record ? before.get(keyOf('budgets', write.key.id)) : null;
      if (!('slots' in record) || past === null) return write;
      const slots = Object.entries(past.record.slots).map(([slot, count]) => [
        slot,
        Math.max(count, record.slots[slot] ?? 0),
      ]);
      return { ...write, record: { slots: { ...record.slots, ...Object.fromEntries(slots) } } };
    }
    default:
      return write;
  }
}

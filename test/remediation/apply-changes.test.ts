import { describe, expect, it } from 'vitest';
import type { Mode } from '../../src/decision/allowlist.ts';
import type { Policy } from '../../src/iam/policy.ts';
import {
  ANSWER_LOST,
  applyChanges,
  type ChangeRequest,
  MAX_ATTEMPTS,
  type PolicyWrite,
  type RemediationPorts,
} from '../../src/remediation/apply-changes.ts';
import { type SharingPorts, shareWrites } from '../../src/remediation/share-writes.ts';

const EMPTY: Policy = { version: 1, etag: '1', bindings: [], auditConfigs: [] };

/** A policy that behaves like Resource Manager's, and the answers that tests put in front of it. */
function store(
  options: {
    readonly answer?: (write: number, policy: Policy) => PolicyWrite | null;
    readonly modes?: () => Mode;
    readonly version?: () => string;
    readonly recent?: Policy;
  } = {},
) {
  let policy = EMPTY;
  let reads = 0;
  const writes: Policy[] = [];
  const ports: SharingPorts = {
    readPolicy: async () => {
      reads += 1;
      return { kind: 'read', policy };
    },
    recentPolicy: () => options.recent ?? null,
    writePolicy: async (_project, next) => {
      writes.push(next);
      const answer = options.answer?.(writes.length, next) ?? null;
      const isTaken = answer === null || answer.kind === 'uncertain';
      if (next.etag !== policy.etag) return { kind: 'conflict' };
      if (isTaken) policy = { ...next, etag: String(Number(policy.etag) + 1) };
      return answer ?? { kind: 'written', policy };
    },
    standing: async () => ({ mode: options.modes?.() ?? 'apply', version: options.version?.() ?? 'v1' }),
    now: () => 0,
    gather: async () => {},
    takeTurn: async () => async () => {},
    backOff: async () => {},
  };
  return { ports, writes, reads: () => reads, policy: () => policy, meddle: (next: Policy) => (policy = next) };
}

function request(name: string): ChangeRequest {
  return {
    incidentId: `i-${name}`,
    allowlistVersion: 'v1',
    beforeWrite: async () => {},
    approvedBy: null,
    seenWithout: null,
    change: {
      project: 'acme-ml',
      role: 'roles/aiplatform.user',
      member: `user:${name}@example.com`,
      condition: null,
      expiresAt: null,
    },
  };
}

function requestForATime(name: string): ChangeRequest {
  const { change, ...rest } = request(name);
  const condition = { title: `guestlist_until_${name}`, description: '', location: '', expression: 'true' };
  return { ...rest, change: { ...change, condition } };
}

const members = (policy: Policy) => policy.bindings.flatMap((binding) => binding.members);

describe('threat: writing a policy', () => {
  it('repeats the whole cycle on a conflict, and merges with what is there by then', async () => {
    const world = store({
      answer: (write) => {
        if (write > 1) return null;
        world.meddle({
          ...EMPTY,
          etag: '7',
          bindings: [{ role: 'roles/viewer', members: ['user:other@example.com'], condition: null }],
        });
        return { kind: 'conflict' };
      },
    });
    expect(await applyChanges([request('a')], world.ports)).toEqual([
      { kind: 'applied', detail: null, storedAs: 'asked' },
    ]);
    expect(members(world.policy())).toEqual(['user:other@example.com', 'user:a@example.com']);
  });

  it('starts from a policy that was seen a moment ago, and reads it again only when it has changed since', async () => {
    const same = store({ recent: EMPTY });
    expect(await applyChanges([requestForATime('a')], same.ports)).toMatchObject([{ kind: 'applied' }]);
    expect([same.reads(), same.writes.length]).toEqual([0, 1]);

    const other = store({ recent: EMPTY });
    other.meddle({
      ...EMPTY,
      etag: '7',
      bindings: [{ role: 'roles/viewer', members: ['user:other@example.com'], condition: null }],
    });
    expect(await applyChanges([requestForATime('a')], other.ports)).toMatchObject([{ kind: 'applied' }]);
    expect([other.reads(), other.writes.length]).toEqual([1, 2]);
    expect(members(other.policy())).toEqual(['user:other@example.com', 'user:a@example.com']);
  });

  it('reads the policy for a grant for good, which somebody else may have made since it was seen', async () => {
    const world = store({ recent: EMPTY, answer: () => ({ kind: 'uncertain', detail: 'lost' }) });
    const binding = { role: 'roles/aiplatform.user', members: ['user:a@example.com'], condition: null };
    world.meddle({ ...EMPTY, etag: '7', bindings: [binding] });
    expect(await applyChanges([request('a')], world.ports)).toEqual([{ kind: 'already-granted' }]);
    expect(world.writes).toEqual([]);
  });

  it('says of no policy but the newest that it holds a grant already, or that Google refuses it', async () => {
    const { change } = requestForATime('a');
    const bindings = [{ role: change.role, members: [change.member], condition: change.condition }];
    const gone = store({ recent: { ...EMPTY, bindings } });
    expect(await applyChanges([requestForATime('a')], gone.ports)).toMatchObject([{ kind: 'applied' }]);
    expect(members(gone.policy())).toEqual(['user:a@example.com']);

    const refused = store({
      recent: EMPTY,
      answer: (write) => (write === 1 ? { kind: 'refused', detail: 'no' } : null),
    });
    expect(await applyChanges([requestForATime('a')], refused.ports)).toMatchObject([{ kind: 'applied' }]);
    expect(refused.reads()).toBe(1);
  });

  it('gives up after a bounded number of conflicts, to be delivered again', async () => {
    const world = store({ answer: () => ({ kind: 'conflict' }) });
    await expect(applyChanges([request('a')], world.ports)).rejects.toMatchObject({ reason: 'policy-contention' });
    expect(world.writes).toHaveLength(MAX_ATTEMPTS);
  });

  it('does not repeat what Google refuses', async () => {
    const world = store({ answer: () => ({ kind: 'refused', detail: 'no' }) });
    expect(await applyChanges([request('a')], world.ports)).toEqual([{ kind: 'refused', detail: 'no' }]);
    expect(world.writes).toHaveLength(1);
  });

  it('takes a write whose answer was lost, but which took effect, for its own', async () => {
    const world = store({ answer: (write) => (write === 1 ? { kind: 'uncertain', detail: 'lost' } : null) });
    expect(await applyChanges([request('a')], world.ports)).toEqual([
      { kind: 'applied', detail: ANSWER_LOST, storedAs: 'asked' },
    ]);
    expect(world.writes).toHaveLength(1);
  });

  it('writes nothing for what is there already', async () => {
    const world = store();
    await applyChanges([request('a')], world.ports);
    expect(await applyChanges([request('a')], world.ports)).toEqual([{ kind: 'already-granted' }]);
    expect(world.writes).toHaveLength(1);
  });

  it('tries the others alone when Google refuses one of a batch', async () => {
    const world = store({
      answer: (_write, policy) =>
        members(policy).includes('user:ghost@example.com')
          ? { kind: 'refused', detail: 'User ghost@example.com does not exist.' }
          : null,
    });
    const results = await applyChanges([request('a'), request('ghost'), request('b')], world.ports);
    expect(results.map((result) => result.kind)).toEqual(['applied', 'refused', 'applied']);
    expect(members(world.policy())).toEqual(['user:a@example.com', 'user:b@example.com']);
  });

  it('asks for the mode before each write, also before the second try', async () => {
    let asked = 0;
    const world = store({ answer: () => ({ kind: 'conflict' }), modes: () => (asked++ < 2 ? 'apply' : 'off') });
    expect(await applyChanges([request('a')], world.ports)).toEqual([
      { kind: 'held-back', detail: expect.stringContaining('became off') },
    ]);
    expect(world.writes).toHaveLength(1);
  });

  it('sends nothing when the kill switch is thrown while the write is being recorded', async () => {
    let asked = 0;
    const world = store({ modes: () => (asked++ === 0 ? 'apply' : 'propose') });
    expect(await applyChanges([request('a')], world.ports)).toEqual([
      { kind: 'held-back', detail: expect.stringContaining('became propose') },
    ]);
    expect(world.writes).toEqual([]);
  });

  it('holds a change back whose allowlist has changed since the decision, and makes the others', async () => {
    const world = store();
    const stale = { ...request('stale'), allowlistVersion: 'v0' };
    const results = await applyChanges([stale, request('a')], world.ports);
    expect(results.map((result) => result.kind)).toEqual(['held-back', 'applied']);
    expect(members(world.policy())).toEqual(['user:a@example.com']);
  });

  it('says nothing for sure once a write was sent whose answer was lost and the policy cannot be read: delivered again', async () => {
    let reads = 0;
    const world = store({ answer: () => ({ kind: 'uncertain', detail: 'lost' }) });
    const ports: RemediationPorts = {
      ...world.ports,
      readPolicy: async (project) =>
        reads++ === 0 ? world.ports.readPolicy(project) : { kind: 'refused', detail: 'no' },
    };
    await expect(applyChanges([request('a')], ports)).rejects.toMatchObject({ reason: 'policy-write-unavailable' });
  });

  it('does not take for its own what somebody else granted before its first write', async () => {
    const world = store({
      answer: (write) => {
        if (write > 1) return { kind: 'uncertain', detail: 'lost' };
        world.meddle({
          ...EMPTY,
          etag: '5',
          bindings: [{ role: 'roles/aiplatform.user', members: ['user:a@example.com'], condition: null }],
        });
        return { kind: 'conflict' };
      },
    });
    const results = await applyChanges([request('a'), request('b')], world.ports);
    expect(results.map((result) => result.kind)).toEqual(['already-granted', 'applied']);
  });

  it('makes the same change once in a batch', async () => {
    const world = store();
    const results = await applyChanges([request('a'), request('a')], world.ports);
    expect(results.map((result) => result.kind)).toEqual(['applied', 'already-granted']);
  });

  it('tells before each write whose change it holds', async () => {
    const told: string[] = [];
    const world = store({ answer: (write) => (write === 1 ? { kind: 'conflict' } : null) });
    const telling = { ...request('a'), beforeWrite: async () => void told.push('a') };
    await applyChanges([telling], world.ports);
    expect(told).toEqual(['a', 'a']);
  });

  it('says so when the policy that comes back names somebody else, as for an alias', async () => {
    const world = store({
      answer: (_write, policy) => ({
        kind: 'written',
        policy: {
          ...policy,
          bindings: [{ role: 'roles/aiplatform.user', members: ['user:primary@example.com'], condition: null }],
        },
      }),
    });
    expect(await applyChanges([request('alias')], world.ports)).toEqual([
      { kind: 'applied', detail: expect.stringContaining('alias'), storedAs: 'other-name' },
    ]);
  });
});

describe('changes to one project at the same time', () => {
  it('share writes: 200 changes cost a few, and none is lost', async () => {
    const world = store();
    const slow: SharingPorts = {
      ...world.ports,
      readPolicy: async (project) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return world.ports.readPolicy(project);
      },
    };
    const apply = shareWrites(slow);
    const results = await Promise.all(Array.from({ length: 200 }, (_, index) => apply(request(`u${index}`))));
    expect(results.every((result) => result.kind === 'applied')).toBe(true);
    expect(members(world.policy())).toHaveLength(200);
    expect(world.writes.length).toBeLessThanOrEqual(3);
  });

  it('in a burst of 1,000 at concurrency 80 cost at most 16 writes, with a moment to gather', async () => {
    const world = store();
    const apply = shareWrites({
      ...world.ports,
      gather: () => new Promise((resolve) => setTimeout(resolve, 20)),
      readPolicy: async (project) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return world.ports.readPolicy(project);
      },
    });
    const names = Array.from({ length: 1_000 }, (_, index) => `u${index}`);
    const work = async (): Promise<void> => {
      for (let name = names.shift(); name !== undefined; name = names.shift()) {
        expect((await apply(request(name))).kind).toBe('applied');
      }
    };
    await Promise.all(Array.from({ length: 80 }, work));
    expect(members(world.policy())).toHaveLength(1_000);
    expect(world.writes.length).toBeLessThanOrEqual(16);
  });

  it('fail together and go on with the next', async () => {
    let isDown = true;
    const world = store();
    const ports: SharingPorts = {
      ...world.ports,
      writePolicy: async (...args) => (isDown ? { kind: 'conflict' } : world.ports.writePolicy(...args)),
    };
    const apply = shareWrites(ports);
    await expect(Promise.all([apply(request('a')), apply(request('b'))])).rejects.toMatchObject({
      reason: 'policy-contention',
    });
    isDown = false;
    expect(await apply(request('c'))).toEqual({ kind: 'applied', detail: null, storedAs: 'asked' });
  });

  it('of different projects do not wait for each other', async () => {
    const world = store();
    const order: string[] = [];
    const apply = shareWrites({
      ...world.ports,
      readPolicy: async (project) => {
        await new Promise((resolve) => setTimeout(resolve, project === 'acme-ml' ? 30 : 1));
        order.push(project);
        return { kind: 'read', policy: EMPTY };
      },
      writePolicy: async (_project, policy) => ({ kind: 'written', policy }),
    });
    const other = { ...request('b'), change: { ...request('b').change, project: 'acme-vision' } };
    await Promise.all([apply(request('a')), apply(other)]);
    expect(order).toEqual(['acme-vision', 'acme-ml']);
  });
});

import { describe, expect, it } from 'vitest';
import { known } from '../src/diagnosis/evidence.ts';
import type { Policy } from '../src/iam/policy.ts';
import { shareLookUps } from '../src/share-look-ups.ts';

const PROJECT = 'projects/acme-ml';

function opened() {
  const clock = { now: 0 };
  const reads: string[] = [];
  let etag = 1;
  const policy = (): Policy => ({ version: 3, etag: String(etag), bindings: [], auditConfigs: [] });
  const lookUps = shareLookUps(
    {
      projects: {
        findProject: async () => {
          reads.push('place');
          const ancestors = known(['folders/456', 'organizations/123456789012']);
          return known({ id: 'acme-ml', number: '111122223333', state: 'ACTIVE', ancestors });
        },
      },
      policies: {
        readPolicy: async (resource) => {
          reads.push(resource);
          return known(policy());
        },
      },
    },
    async () => {
      etag += 1;
      return { kind: 'written', policy: policy() };
    },
    () => clock.now,
  );
  return { ...lookUps, reads, clock, policy };
}

describe('look-ups that are shared', () => {
  it('keep what is above a project for a moment, and its own policy never', async () => {
    const { policies, projects, reads, clock } = opened();
    for (let round = 0; round < 3; round += 1) {
      await projects.findProject({ kind: 'project-id', id: 'acme-ml' });
      await policies.readPolicy('folders/456');
      await policies.readPolicy(PROJECT);
    }
    expect(reads.toSorted()).toEqual(['folders/456', 'place', PROJECT, PROJECT, PROJECT]);
    clock.now = 5_000;
    await projects.findProject({ kind: 'project-id', id: 'acme-ml' });
    await policies.readPolicy('folders/456');
    expect(reads).toHaveLength(7);
  });

  it('threat: give nobody a policy that was read before this process wrote it', async () => {
    const { policies, writePolicy, policy, reads } = opened();
    const before = policies.readPolicy(PROJECT);
    const write = writePolicy('acme-ml', policy(), 'test');
    const during = policies.readPolicy(PROJECT);
    await write;
    const after = policies.readPolicy(PROJECT);
    await Promise.all([before, during, after]);
    expect(reads).toHaveLength(3);
    expect(await after).toMatchObject({ value: { etag: '2' } });
  });

  it('remember the policy that a write starts from: the newest, and for a moment', async () => {
    const { policies, writePolicy, recentPolicy, policy, clock } = opened();
    expect(recentPolicy('acme-ml')).toBeNull();
    const early = policies.readPolicy(PROJECT);
    await early;
    expect(recentPolicy('acme-ml')?.etag).toBe('1');
    const late = policies.readPolicy(PROJECT);
    await writePolicy('acme-ml', policy(), 'test');
    await late;
    expect(recentPolicy('acme-ml')?.etag).toBe('2');
    clock.now = 15_001;
    expect(recentPolicy('acme-ml')).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { known } from '../src/diagnosis/evidence.ts';
import type { Policy } from '../src/iam/policy.ts';
import { asServiceAccount, deniedCall } from '../src/local/demo/demo-entries.ts';
import { handleMessage } from '../src/pipeline.ts';
import { shareLookUps } from '../src/share-look-ups.ts';
import { openWorldPipeline, pushOf } from './fakes/world-pipeline.ts';

const ALLOWLIST = `version: 1
organization: "123456789012"
mode: apply
rules:
  - id: workloads
    effect: allow
    principals: ["serviceAccount:*@acme-ml.iam.gserviceaccount.com"]
    projects: [folders/456]
`;
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

const caller = asServiceAccount('chat@acme-ml.iam.gserviceaccount.com');
const denialOf = (insertId: string, permission: string) =>
  JSON.parse(
    JSON.stringify(deniedCall({ insertId, project: 'acme-ml', caller })).replaceAll(
      'aiplatform.endpoints.predict',
      permission,
    ),
  );

describe('threat: a look-up that began before another instance granted', () => {
  it('does not show the grant as gone to a denial that comes after it', async () => {
    const stage = openWorldPipeline(ALLOWLIST);
    const { evidence } = stage.pipeline;
    let answer = () => {};
    const late = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let looks = 0;
    const readPolicy = async (resource: string) => {
      const policy = await evidence.policies.readPolicy(resource);
      if (resource === PROJECT && looks++ === 0) await late;
      return policy;
    };
    const other = shareLookUps(
      { projects: evidence.projects, policies: { readPolicy } },
      async () => ({ kind: 'conflict' }),
      () => stage.clock.now,
    );
    const early = other.policies.readPolicy(PROJECT, 'shared');
    await handleMessage(pushOf(denialOf('c1', 'aiplatform.endpoints.predict')), stage.pipeline);
    stage.clock.now += 1_000;
    const second = handleMessage(pushOf(denialOf('c2', 'aiplatform.endpoints.get')), {
      ...stage.pipeline,
      evidence: { ...evidence, policies: other.policies },
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    answer();
    await Promise.all([early, second]);
    const grants = await stage.pipeline.ledger.grants.list({
      by: 'newest',
      from: 0,
      until: stage.clock.now,
      limit: 9,
    });
    expect(grants.map(({ state }) => state)).toEqual(['active']);
    expect(stage.reports.at(-1)?.diagnosis.cause).toBe('propagating');
  });
});

describe('look-ups that are shared', () => {
  it('keep what is above a project for a moment, and its own policy never', async () => {
    const { policies, projects, reads, clock } = opened();
    for (let round = 0; round < 3; round += 1) {
      await projects.findProject({ kind: 'project-id', id: 'acme-ml' });
      await policies.readPolicy('folders/456', 'shared');
      await policies.readPolicy(PROJECT, 'shared');
    }
    expect(reads.toSorted()).toEqual(['folders/456', 'place', PROJECT, PROJECT, PROJECT]);
    clock.now = 5_000;
    await projects.findProject({ kind: 'project-id', id: 'acme-ml' });
    await policies.readPolicy('folders/456', 'shared');
    expect(reads).toHaveLength(7);
  });

  it('threat: give nobody a policy that was read before this process wrote it', async () => {
    const { policies, writePolicy, policy, reads } = opened();
    const before = policies.readPolicy(PROJECT, 'shared');
    const write = writePolicy('acme-ml', policy(), 'test');
    const during = policies.readPolicy(PROJECT, 'shared');
    await write;
    const after = policies.readPolicy(PROJECT, 'shared');
    await Promise.all([before, during, after]);
    expect(reads).toHaveLength(3);
    expect(await after).toMatchObject({ value: { etag: '2' } });
  });

  it('remember the policy that a write starts from: the newest, and for a moment', async () => {
    const { policies, writePolicy, recentPolicy, policy, clock } = opened();
    expect(recentPolicy('acme-ml')).toBeNull();
    const early = policies.readPolicy(PROJECT, 'shared');
    await early;
    expect(recentPolicy('acme-ml')?.etag).toBe('1');
    const late = policies.readPolicy(PROJECT, 'shared');
    await writePolicy('acme-ml', policy(), 'test');
    await late;
    expect(recentPolicy('acme-ml')?.etag).toBe('2');
    clock.now = 15_001;
    expect(recentPolicy('acme-ml')).toBeNull();
  });
});

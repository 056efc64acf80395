import { describe, expect, it } from 'vitest';
import { approveProposal } from '../src/approve-proposal.ts';
import type { Binding } from '../src/iam/policy.ts';
import { asServiceAccount, deniedCall } from '../src/local/demo/demo-entries.ts';
import type { Pipeline } from '../src/pipeline-ports.ts';
import { openWorldPipeline, type WorldPipeline } from './fakes/world-pipeline.ts';

const ALLOWLIST = `version: 1
organization: "123456789012"
domains: [example.com]
mode: apply
approvers: ["user:ada@example.com"]
`;
const ADA = 'user:ada@example.com';
const GROUP = 'group:everybody@example.com';
const CHAT = 'chat@acme-ml.iam.gserviceaccount.com';
const CUSTOM = 'organizations/123456789012/roles/builder';

const denialIn = (project: string, caller: Readonly<Record<string, unknown>> = asServiceAccount(CHAT)) =>
  deniedCall({ insertId: `c-${project}`, project, caller });

function bind(stage: WorldPipeline, resource: string, role: string, member: string): void {
  const policy = stage.state.policy(resource) ?? { version: 1, etag: 'x', bindings: [], auditConfigs: [] };
  const binding: Binding = { role, members: [member], condition: null };
  stage.state.write(resource, { ...policy, bindings: [...policy.bindings, binding] }, 'somebody');
}

// The role's permissions as the IAM API would list them; null for what may not be read.
async function approveWith(
  stage: WorldPipeline,
  listed: readonly string[] | null = [],
  other: Partial<Pipeline> = {},
): Promise<string> {
  const { pipeline } = stage;
  const listing = { by: 'newest', from: 0, until: stage.clock.now, limit: 1 } as const;
  const [proposal] = await pipeline.ledger.proposals.list(listing);
  if (proposal === undefined) throw new Error('nothing was proposed');
  const readRole: Pipeline['evidence']['roles']['readRole'] = async (name) =>
    listed === null
      ? { kind: 'not-readable', detail: 'no' }
      : { kind: 'known', value: { name, title: name, permissions: new Set(listed) } };
  const writes = stage.state.writes.length;
  const result = await approveProposal(
    { proposalId: proposal.id, hash: proposal.hash, person: 'ada@example.com' },
    { ...pipeline, evidence: { ...pipeline.evidence, roles: { readRole } }, ...other },
  );
  expect(stage.state.writes.length).toBe(result.kind === 'refused' ? writes : writes + 1);
  return result.kind === 'refused' ? result.why : result.kind;
}

async function proposing(project = 'acme-ml', caller?: Readonly<Record<string, unknown>>): Promise<WorldPipeline> {
  const stage = openWorldPipeline(ALLOWLIST);
  await stage.deny(denialIn(project, caller));
  return stage;
}

describe('threat: whoever can act as the service account does not approve for it', () => {
  it.each([
    ['projects/acme-ml', 'roles/iam.serviceAccountOpenIdTokenCreator'],
    ['projects/acme-ml', 'roles/resourcemanager.projectIamAdmin'],
    ['projects/acme-ml', 'roles/editor'],
    ['folders/456', 'roles/owner'],
    ['organizations/123456789012', 'roles/iam.securityAdmin'],
    [`projects/-/serviceAccounts/${CHAT}`, 'roles/iam.serviceAccountUser'],
  ])('with a role on %s: %s', async (resource, role) => {
    const stage = await proposing();
    bind(stage, resource, role, ADA);
    expect(await approveWith(stage)).toMatch(
      /^ada@example\.com holds \S+ on \S+ and could act as the service account;/,
    );
  });

  it.each(['iam.serviceAccounts.actAs', 'iam.serviceAccounts.signJwt', 'iam.serviceAccountKeys.create'])(
    'by a custom role that holds %s',
    async (permission) => {
      const stage = await proposing();
      bind(stage, 'projects/acme-ml', CUSTOM, ADA);
      expect(await approveWith(stage, [permission])).toContain(`holds ${CUSTOM}`);
    },
  );

  it('by a role that may not be read, for it may hold anything', async () => {
    const stage = await proposing();
    bind(stage, 'projects/acme-ml', CUSTOM, ADA);
    expect(await approveWith(stage, null)).toContain('what that allows could not be looked up');
  });

  it('through the pool that its workload signs in by', async () => {
    const stage = await proposing();
    const subject = 'principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/Ada@example.com';
    bind(stage, 'projects/acme-ml', 'roles/iam.serviceAccountTokenCreator', subject);
    expect(await approveWith(stage)).toContain('ada@example.com holds');
  });

  it('where a group holds such a role, for who is in it is not visible', async () => {
    const stage = await proposing('acme-vision');
    bind(stage, 'projects/acme-ml', 'roles/iam.serviceAccountUser', GROUP);
    expect(await approveWith(stage)).toContain('whether ada@example.com is in it is not visible');
  });

  it('where a group owns its project, and the grant is in another one', async () => {
    const stage = await proposing('acme-vision');
    bind(stage, 'projects/acme-ml', 'roles/owner', GROUP);
    expect(await approveWith(stage)).toContain(`${GROUP} holds roles/owner on projects/acme-ml`);
  });

  it('when the policies that would show it cannot be read', async () => {
    const stage = await proposing();
    const readPolicy = async () => ({ kind: 'not-readable', detail: 'no' }) as const;
    expect(await approveWith(stage, [], { accountPolicies: { readPolicy } })).toContain('could not be looked up');
    const { evidence } = stage.pipeline;
    const noFolders: Pipeline['evidence']['policies']['readPolicy'] = async (resource) =>
      resource.startsWith('folders/') ? readPolicy() : evidence.policies.readPolicy(resource);
    const blind = { ...evidence, policies: { readPolicy: noFolders } };
    expect(await approveWith(stage, [], { evidence: blind })).not.toBe('carried-out');
  });

  it('who stood behind an earlier call of the incident', async () => {
    const caller = {
      ...asServiceAccount(CHAT),
      serviceAccountDelegationInfo: [{ firstPartyPrincipal: { principalEmail: 'ada@example.com' } }],
    };
    const stage = await proposing('acme-ml', caller);
    stage.clock.now += 3_700_000;
    const later = { ...denialIn('acme-ml'), insertId: 'later', timestamp: new Date(stage.clock.now).toISOString() };
    await stage.deny(later);
    expect(await approveWith(stage)).toContain('stands behind it');
  });
});

describe('an approver that is independent', () => {
  it('may hold roles that do not let anybody act as the service account', async () => {
    const stage = await proposing();
    bind(stage, 'projects/acme-ml', 'roles/logging.viewer', ADA);
    bind(stage, 'projects/acme-ml', 'roles/logging.viewer', GROUP);
    expect(await approveWith(stage, ['logging.logEntries.list'])).toBe('carried-out');
  });

  it('may be in a group that could make the grant by itself', async () => {
    const stage = await proposing();
    bind(stage, 'projects/acme-ml', 'roles/owner', GROUP);
    bind(stage, 'organizations/123456789012', 'roles/resourcemanager.organizationAdmin', GROUP);
    expect(await approveWith(stage)).toBe('carried-out');
  });
});

import { FoldersClient, OrganizationsClient, ProjectsClient } from '@google-cloud/resource-manager';
import { grpc } from 'google-gax';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseLocalEndpoint } from '../../src/google/endpoint.ts';
import { createIamRest } from '../../src/google/iam-rest.ts';
import { createLogWriter } from '../../src/google/logging-client.ts';
import { createPolicyWriter } from '../../src/google/policy-access.ts';
import { createProjectFinder } from '../../src/google/project-finder.ts';
import { createResourceManagerClients } from '../../src/google/resource-manager-clients.ts';
import { createRoleReader } from '../../src/google/role-reader.ts';
import { type LocalCloud, startLocalCloud } from '../../src/local/local-cloud.ts';
import { parseWorld } from '../../src/local/world.ts';

const CONDITION = { title: 'until_2027', expression: 'request.time < timestamp("2027-01-01T00:00:00Z")' };
const world = {
  organization: { name: 'organizations/123456789012', policy: { bindings: [] } },
  folders: [{ name: 'folders/456', parent: 'organizations/123456789012' }],
  projects: [
    {
      projectId: 'acme-ml',
      projectNumber: '111122223333',
      parent: 'folders/456',
      policy: {
        bindings: [
          { role: 'roles/viewer', members: ['user:a@example.com', 'deleted:user:gone@example.com?uid=7'] },
          { role: 'roles/aiplatform.user', members: ['user:b@example.com'], condition: CONDITION },
        ],
        auditConfigs: [
          {
            service: 'aiplatform.googleapis.com',
            auditLogConfigs: [{ logType: 'DATA_READ', exemptedMembers: ['user:q@example.com'] }],
          },
        ],
      },
    },
    { projectId: 'acme-lost', projectNumber: '999988887777', parent: 'folders/999', policy: { bindings: [] } },
  ],
  roles: [
    { name: 'organizations/123456789012/roles/geminiCaller', includedPermissions: ['aiplatform.endpoints.predict'] },
  ],
};

let cloud: LocalCloud;
let projects: ProjectsClient;
let folders: FoldersClient;
let organizations: OrganizationsClient;

beforeAll(async () => {
  const reading = parseWorld(world);
  if (reading.kind === 'issues') throw new Error(JSON.stringify(reading.issues));
  cloud = await startLocalCloud(reading.world);
  const port = Number(cloud.grpcEndpoint.split(':')[1]);
  const options = { apiEndpoint: '127.0.0.1', port, sslCreds: grpc.credentials.createInsecure(), projectId: 'local' };
  projects = new ProjectsClient(options);
  folders = new FoldersClient(options);
  organizations = new OrganizationsClient(options);
});

afterAll(async () => {
  await Promise.all([projects.close(), folders.close(), organizations.close()]);
  await cloud.stop();
});

const resource = 'projects/acme-ml';
const read = async (requestedPolicyVersion: number) =>
  (await projects.getIamPolicy({ resource, options: { requestedPolicyVersion } }))[0];

describe('the local world, asked by the real clients', () => {
  it('gives a project by id and by number', async () => {
    const [byId] = await projects.getProject({ name: 'projects/acme-ml' });
    const [byNumber] = await projects.getProject({ name: 'projects/111122223333' });
    expect(byId).toEqual(byNumber);
    expect(byId).toEqual(
      expect.objectContaining({
        name: 'projects/111122223333',
        projectId: 'acme-ml',
        parent: 'folders/456',
        state: 'ACTIVE',
      }),
    );
  });

  it('answers PERMISSION_DENIED, never NOT_FOUND, for what it does not hold', async () => {
    await expect(projects.getProject({ name: 'projects/acme-other' })).rejects.toMatchObject({ code: 7 });
    await expect(projects.getIamPolicy({ resource: 'projects/acme-other' })).rejects.toMatchObject({ code: 7 });
    await expect(folders.getFolder({ name: 'folders/1' })).rejects.toMatchObject({ code: 7 });
  });

  it('does not give a policy that the world leaves out', async () => {
    await expect(folders.getIamPolicy({ resource: 'folders/456' })).rejects.toMatchObject({ code: 7 });
    expect((await organizations.getIamPolicy({ resource: 'organizations/123456789012' }))[0].bindings).toEqual([]);
  });

  it('cuts conditions off below version 3, and renames their role', async () => {
    const old = await read(1);
    expect(old.version).toBe(1);
    expect(old.bindings?.map((binding) => binding.role)).toEqual([
      'roles/viewer',
      expect.stringMatching(/^roles\/aiplatform\.user_withcond_[0-9a-f]{20}$/),
    ]);
    const whole = await read(3);
    expect(whole.version).toBe(3);
    expect(whole.bindings?.[1]?.condition).toEqual(expect.objectContaining(CONDITION));
  });

  it('refuses a stale etag with ABORTED, and gives a new etag for each write', async () => {
    const policy = await read(3);
    const [stored] = await projects.setIamPolicy({ resource, policy, updateMask: { paths: ['bindings', 'etag'] } });
    expect(Buffer.from(stored.etag ?? '').equals(Buffer.from(policy.etag ?? ''))).toBe(false);
    await expect(projects.setIamPolicy({ resource, policy })).rejects.toMatchObject({ code: 10 });
  });

  it('refuses a policy with conditions that is written below version 3', async () => {
    const policy = await read(3);
    await expect(projects.setIamPolicy({ resource, policy: { ...policy, version: 1 } })).rejects.toMatchObject({
      code: 3,
    });
  });

  it('keeps audit settings whatever is written, and stores addresses in lower case', async () => {
    const policy = await read(3);
    const bindings = [...(policy.bindings ?? []), { role: 'roles/browser', members: ['user:Mixed@Example.com'] }];
    const { auditConfigs: _left, ...withoutAudit } = policy;
    const updateMask = { paths: ['bindings', 'etag'] };
    const [stored] = await projects.setIamPolicy({ resource, policy: { ...withoutAudit, bindings }, updateMask });
    expect(stored.bindings?.at(-1)?.members).toEqual(['user:mixed@example.com']);
    expect(stored.auditConfigs?.[0]?.service).toBe('aiplatform.googleapis.com');
  });

  it.each(['allUsers', 'nonsense', 'deleted:user:new@example.com?uid=9'])('refuses the member %s', async (member) => {
    const policy = await read(3);
    const bindings = [...(policy.bindings ?? []), { role: 'roles/browser', members: [member] }];
    await expect(projects.setIamPolicy({ resource, policy: { ...policy, bindings } })).rejects.toMatchObject({
      code: 3,
    });
  });

  it('refuses more principals than a policy can hold', async () => {
    const policy = await read(3);
    const members = Array.from({ length: 1_500 }, (_, index) => `user:u${index}@example.com`);
    await expect(
      projects.setIamPolicy({
        resource,
        policy: { ...policy, bindings: [...(policy.bindings ?? []), { role: 'roles/browser', members }] },
      }),
    ).rejects.toMatchObject({ code: 3 });
  });
});

describe("Guestlist's adapters against it", () => {
  const clients = () => createResourceManagerClients(parseLocalEndpoint(cloud.grpcEndpoint) ?? { kind: 'google' });

  it('find a project with everything above it, or say what could not be read', async () => {
    const finder = createProjectFinder(clients());
    expect(await finder.findProject({ kind: 'project-number', number: '111122223333' })).toEqual({
      kind: 'known',
      value: {
        id: 'acme-ml',
        number: '111122223333',
        state: 'ACTIVE',
        ancestors: { kind: 'known', value: ['folders/456', 'organizations/123456789012'] },
      },
    });
    expect(await finder.findProject({ kind: 'project-id', id: 'acme-lost' })).toEqual(
      expect.objectContaining({
        value: expect.objectContaining({ ancestors: expect.objectContaining({ kind: 'not-readable' }) }),
      }),
    );
    expect((await finder.findProject({ kind: 'project-id', id: 'acme-other' })).kind).toBe('not-readable');
  });

  it('read a policy whole and write it with the request reason', async () => {
    const writer = createPolicyWriter(clients());
    const before = await writer.readPolicy('acme-ml');
    if (before.kind !== 'read') throw new Error(before.kind);
    expect(before.policy.auditConfigs[0]?.auditLogConfigs[0]?.exemptedMembers).toEqual(['user:q@example.com']);
    const written = await writer.writePolicy('acme-ml', before.policy, 'guestlist incident i-1');
    expect(written.kind).toBe('written');
    expect(cloud.state.writes.at(-1)?.requestReason).toBe('guestlist incident i-1');
    expect((await writer.writePolicy('acme-ml', before.policy, 'again')).kind).toBe('conflict');
  });

  it('read custom roles, and say absent for one that does not exist', async () => {
    const reader = createRoleReader(
      createIamRest(parseLocalEndpoint(cloud.environment.GUESTLIST_IAM_ENDPOINT ?? '') ?? { kind: 'google' }),
    );
    expect(await reader.readRole('organizations/123456789012/roles/geminiCaller')).toEqual(
      expect.objectContaining({
        kind: 'known',
        value: expect.objectContaining({ permissions: new Set(['aiplatform.endpoints.predict']) }),
      }),
    );
    expect((await reader.readRole('organizations/123456789012/roles/none')).kind).toBe('absent');
    expect((await reader.readRole('roles/owner?view=FULL')).kind).toBe('not-readable');
  });

  it('write log entries that are shown once for the same insert id', async () => {
    const write = createLogWriter(
      { project: 'acme-guestlist', log: 'guestlist' },
      parseLocalEndpoint(cloud.grpcEndpoint) ?? { kind: 'google' },
    );
    const line = {
      severity: 'NOTICE',
      insertId: 'same',
      timestamp: new Date(0),
      labels: { a: 'b' },
      payload: { deep: { list: [1, 'x', null, true] } },
      split: null,
    } as const;
    await write([line]);
    await write([line]);
    const shown = cloud.log
      .shown('projects/acme-guestlist/logs/guestlist')
      .filter((entry) => entry.insertId === 'same');
    expect(shown).toEqual([
      expect.objectContaining({
        severity: 'NOTICE',
        labels: { a: 'b' },
        payload: { deep: { list: [1, 'x', null, true] } },
      }),
    ]);
  });
});

describe('a world file', () => {
  it('is refused with everything that is wrong with it', () => {
    const reading = parseWorld({
      organization: { name: 'organizations/x', polcy: {} },
      folders: [{ name: 'folders/1', parent: 'nowhere' }],
      projects: [
        {
          projectId: 'acme-ml',
          projectNumber: '111122223333',
          parent: 'folders/1',
          policy: { bindings: [{ role: 'roles/viewer', member: [] }] },
        },
        { projectId: 'acme-ml', projectNumber: '12', parent: 'folders/1' },
      ],
    });
    const places = reading.kind === 'issues' ? reading.issues.map((issue) => `${issue.place} ${issue.code}`) : [];
    expect(places.toSorted()).toEqual(
      [
        ' duplicate',
        'folders[0].parent bad-value',
        'organization.name bad-value',
        'organization.polcy unknown-key',
        'projects[0].policy.bindings[0].member unknown-key',
        'projects[1].projectNumber bad-value',
      ].toSorted(),
    );
  });
});

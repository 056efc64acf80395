import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../src/local/local-cloud.ts';
import { parseWorld } from '../../src/local/world.ts';

const world = {
  organization: { name: 'organizations/123456789012' },
  folders: [],
  projects: [
    {
      projectId: 'acme-ml',
      projectNumber: '111122223333',
      parent: 'folders/456',
      // Standard alphabet with characters that the URL-safe one spells differently.
      policy: {
        etag: '++//++8=',
        bindings: [
          { role: 'roles/viewer', members: ['user:a@example.com'] },
          {
            role: 'roles/aiplatform.user',
            members: ['user:b@example.com'],
            condition: { title: 'until_2027', expression: 'request.time < timestamp("2027-01-01T00:00:00Z")' },
          },
        ],
        auditConfigs: [{ service: 'aiplatform.googleapis.com', auditLogConfigs: [{ logType: 'DATA_READ' }] }],
      },
    },
    { projectId: 'example.com:acme-old', projectNumber: '222233334444', parent: '', policy: { bindings: [] } },
  ],
};

let cloud: LocalCloud;

beforeAll(async () => {
  const reading = parseWorld(world);
  if (reading.kind === 'issues') throw new Error(JSON.stringify(reading.issues));
  cloud = await startLocalCloud(reading.world, {
    delayMilliseconds: 0,
    faultFor: ({ method, count }) =>
      method === 'TestIamPermissions' && count === 1 ? { code: 14, message: 'away', when: 'before' } : null,
  });
});

afterAll(() => cloud.stop());

async function call(method: string, path: string, body?: object) {
  const response = await fetch(new URL(path, cloud.restEndpoint), {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

const read = (requestedPolicyVersion: number, project = 'acme-ml') =>
  call('POST', `v1/projects/${project}:getIamPolicy`, { options: { requestedPolicyVersion } });

describe('the local world, asked over REST', () => {
  it('gives a project by id and by number, with its parent as v1 spells it', async () => {
    const project = {
      projectId: 'acme-ml',
      projectNumber: '111122223333',
      name: 'acme-ml',
      lifecycleState: 'ACTIVE',
      parent: { type: 'folder', id: '456' },
    };
    expect(await call('GET', 'v1/projects/acme-ml')).toEqual({ status: 200, body: project });
    expect(await call('GET', 'v1/projects/111122223333')).toEqual({ status: 200, body: project });
  });

  it('tells the colon of a project id from that of a verb', async () => {
    expect((await call('GET', 'v1/projects/example.com%3Aacme-old')).body.projectId).toBe('example.com:acme-old');
    expect((await read(3, 'example.com:acme-old')).body).toEqual({ version: 1, etag: expect.any(String) });
  });

  it('gives a policy with its conditions at version 3 only, and leaves out what is empty', async () => {
    expect((await read(3)).body).toEqual({ ...world.projects[0]?.policy, version: 3 });
    const old = (await read(1)).body;
    expect(old.bindings[1].role).toMatch(/^roles\/aiplatform\.user_withcond_/);
  });

  it('takes an etag in the URL-safe alphabet, and refuses a stale one with the body that Google gives', async () => {
    const { body: policy } = await read(3);
    const etag = policy.etag.replaceAll('+', '-').replaceAll('/', '_');
    const write = () => call('POST', 'v1/projects/acme-ml:setIamPolicy', { policy: { ...policy, etag } });
    const first = await write();
    expect(first.status).toBe(200);
    expect(first.body).toEqual({ ...policy, etag: expect.any(String) });
    expect(first.body.etag).not.toBe(policy.etag);
    expect(await write()).toEqual({
      status: 409,
      body: {
        error: {
          code: 409,
          message:
            'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
          status: 'ABORTED',
        },
      },
    });
  });

  it('answers 403 for a project that it does not hold, and 404 for what it does not serve', async () => {
    expect((await read(3, 'acme-other')).body.error).toEqual(
      expect.objectContaining({ code: 403, status: 'PERMISSION_DENIED' }),
    );
    expect((await call('DELETE', 'v1/projects/acme-ml')).status).toBe(404);
    expect((await call('GET', 'v1/folders/456')).status).toBe(404);
  });

  it('counts calls and lets faults happen as over gRPC', async () => {
    const permissions = ['resourcemanager.projects.setIamPolicy'];
    const test = () => call('POST', 'v1/projects/acme-ml:testIamPermissions', { permissions });
    expect(await test()).toEqual({
      status: 503,
      body: { error: { code: 503, message: 'away', status: 'UNAVAILABLE' } },
    });
    expect(await test()).toEqual({ status: 200, body: { permissions } });
    expect(cloud.calls.get('TestIamPermissions')).toBe(2);
  });
});

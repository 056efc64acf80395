import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type ApiRole,
  diffRolesFiles,
  type FileReading,
  formatRolesFile,
  isGrantableAiRole,
  lostRoles,
  type PredefinedRolesFile,
  readRolesFile,
  readRolesPage,
  rolesFileFrom,
  summarizeDiff,
} from '../../src/google/predefined-roles-file.ts';

const WHEN = { readOn: '2026-11-24', source: 'test' };

function role(name: string, permissions: readonly string[], more: Partial<ApiRole> = {}): ApiRole {
  return { name, title: name, stage: 'GA', permissions, ...more };
}

function unwrap<T>(reading: FileReading<T>): T {
  if (reading.kind === 'read') return reading.value;
  throw new Error(reading.reasons.join('\n'));
}

function reasonsOf(reading: FileReading<unknown>): readonly string[] {
  return reading.kind === 'unreadable' ? reading.reasons : [];
}

function fileOf(...roles: readonly ApiRole[]): PredefinedRolesFile {
  return unwrap(rolesFileFrom(roles, WHEN));
}

describe('readRolesPage', () => {
  const described = {
    name: 'roles/aiplatform.user',
    title: 'Agent Platform User',
    stage: 'GA',
    etag: 'AA==',
    includedPermissions: ['aiplatform.endpoints.predict'],
  };
  const parsed = {
    name: 'roles/aiplatform.user',
    title: 'Agent Platform User',
    stage: 'GA',
    permissions: ['aiplatform.endpoints.predict'],
  };

  it('reads an answer of roles.list with its page token', () => {
    expect(unwrap(readRolesPage({ roles: [described], nextPageToken: 'next' }))).toEqual({
      roles: [parsed],
      nextPageToken: 'next',
    });
  });

  it('reads a list of described roles', () => {
    expect(unwrap(readRolesPage([described]))).toEqual({ roles: [parsed], nextPageToken: '' });
  });

  it('takes a role without stage for ALPHA and one without permissions for empty', () => {
    expect(unwrap(readRolesPage([{ name: 'roles/aiplatform.x', title: 'X' }])).roles).toEqual([
      { name: 'roles/aiplatform.x', title: 'X', stage: 'ALPHA', permissions: [] },
    ]);
  });

  it.each([null, 'text', 7, {}, { roles: {} }, described])('refuses %j', (answer) => {
    expect(reasonsOf(readRolesPage(answer))[0]).toMatch(/^expected an answer of roles\.list/);
  });

  it('names every fault with its place', () => {
    const answer = [{ name: 7 }, { name: 'roles/x', includedPermissions: ['a.b.c', null] }, 'text'];
    expect(reasonsOf(readRolesPage(answer))).toEqual([
      'roles[2]: expected an object, got the text "text"',
      'roles[0].name: expected a text, got the number 7',
      'roles[1].includedPermissions[1]: expected a text, got null',
      'roles[0].name: expected a role name, got nothing',
      'roles[2].name: expected a role name, got nothing',
    ]);
  });
});

describe('rolesFileFrom', () => {
  it('keeps grantable Vertex AI roles with all permissions, grouped, counted and sorted', () => {
    const file = fileOf(
      role('roles/aiplatform.user', [
        'resourcemanager.projects.list',
        'aiplatform.endpoints.predict',
        'resourcemanager.projects.get',
        'aiplatform.endpoints.get',
        'aiplatform.endpoints.get',
        'aiplatform.agents.list',
      ]),
      role('roles/aiplatform.admin', ['aiplatform.agents.list']),
      role('roles/storage.admin', ['storage.buckets.get']),
    );
    expect(Object.keys(file.roles)).toEqual(['roles/aiplatform.admin', 'roles/aiplatform.user']);
    const user = file.roles['roles/aiplatform.user'];
    expect(user?.permissionCount).toBe(5);
    expect(Object.entries(user?.permissions ?? {})).toEqual([
      ['aiplatform.agents', 'list'],
      ['aiplatform.endpoints', 'get predict'],
      ['resourcemanager.projects', 'get list'],
    ]);
    expect(file.basicRoles).toEqual({});
  });

  it('keeps only Vertex AI permissions of owner, editor and viewer', () => {
    const file = fileOf(
      role('roles/viewer', ['storage.buckets.get', 'aiplatform.models.get'], { title: 'Viewer' }),
      role('roles/browser', ['resourcemanager.projects.get']),
    );
    expect(file.roles).toEqual({});
    expect(file.basicRoles).toEqual({
      'roles/viewer': { title: 'Viewer', stage: 'GA', permissions: { 'aiplatform.models': 'get' } },
    });
  });

  it.each([
    'roles/aiplatform.serviceAgent',
    'roles/aiplatform.ragServiceAgent',
    'roles/aiplatformx.user',
    'roles/editor',
  ])('does not take %s for a grantable Vertex AI role', (name) => {
    expect(isGrantableAiRole(name)).toBe(false);
  });

  it('keeps a role without permissions among others', () => {
    const file = fileOf(role('roles/aiplatform.empty', []), role('roles/aiplatform.user', ['aiplatform.models.get']));
    expect(file.roles['roles/aiplatform.empty']).toMatchObject({ permissionCount: 0, permissions: {} });
  });

  it('refuses roles that were listed without their permissions', () => {
    expect(reasonsOf(rolesFileFrom([role('roles/aiplatform.user', [])], WHEN))[0]).toMatch(/view=FULL/);
  });

  it('refuses texts that are no v1 permission, and roles that come twice', () => {
    const one = role('roles/aiplatform.user', ['aiplatform.models.get now', 'aiplatform.googleapis.com/models.get']);
    expect(reasonsOf(rolesFileFrom([one, one], WHEN))).toEqual([
      'roles/aiplatform.user is there twice',
      ...[1, 2].flatMap(() => [
        'roles/aiplatform.user: expected a permission, got the text "aiplatform.models.get now"',
        'roles/aiplatform.user: expected a permission, got the text "aiplatform.googleapis.com/models.get"',
      ]),
    ]);
  });
});

describe('readRolesFile', () => {
  it('reads what formatRolesFile writes', () => {
    const file = fileOf(
      role('roles/aiplatform.user', ['aiplatform.models.get']),
      role('roles/owner', ['aiplatform.models.get']),
    );
    expect(unwrap(readRolesFile(JSON.parse(formatRolesFile(file))))).toEqual(file);
  });

  it('says what is wrong', () => {
    expect(reasonsOf(readRolesFile({ readOn: 7, roles: { 'roles/x': { title: null, stage: [] } } }))).toEqual([
      'readOn: expected a text, got the number 7',
      'roles.roles/x.stage: expected a text, got a list',
    ]);
    expect(reasonsOf(readRolesFile([]))).toEqual(['entry: expected an object, got a list']);
  });
});

describe('diffRolesFiles', () => {
  const before = fileOf(
    role('roles/aiplatform.gone', ['aiplatform.models.get']),
    role('roles/aiplatform.emptied', ['aiplatform.models.get']),
    role('roles/aiplatform.user', ['aiplatform.models.get', 'aiplatform.models.list']),
    role('roles/aiplatform.same', ['aiplatform.models.get']),
    role('roles/owner', ['aiplatform.models.get']),
  );
  const after = fileOf(
    role('roles/aiplatform.new', ['aiplatform.models.get']),
    role('roles/aiplatform.emptied', []),
    role('roles/aiplatform.user', ['aiplatform.models.get', 'aiplatform.models.delete'], {
      title: 'User',
      stage: 'BETA',
    }),
    role('roles/aiplatform.same', ['aiplatform.models.get']),
  );
  const diff = diffRolesFiles(before, after);

  it('names roles added, removed, emptied and changed', () => {
    expect(diff).toEqual({
      added: ['roles/aiplatform.new'],
      removed: ['roles/aiplatform.gone', 'roles/owner'],
      emptied: ['roles/aiplatform.emptied'],
      changed: [
        { name: 'roles/aiplatform.emptied', gained: [], lost: ['aiplatform.models.get'], other: [] },
        {
          name: 'roles/aiplatform.user',
          gained: ['aiplatform.models.delete'],
          lost: ['aiplatform.models.list'],
          other: ['title "roles/aiplatform.user" → "User"', 'stage GA → BETA'],
        },
      ],
    });
    expect(lostRoles(diff)).toEqual(['roles/aiplatform.emptied', 'roles/aiplatform.gone', 'roles/owner']);
  });

  it('tells each of them', () => {
    expect(summarizeDiff(diff)).toEqual([
      'added    roles/aiplatform.new',
      'removed  roles/aiplatform.gone',
      'removed  roles/owner',
      'changed  roles/aiplatform.emptied (+0 −1)',
      '         − aiplatform.models.get',
      'changed  roles/aiplatform.user (+1 −1)',
      '           title "roles/aiplatform.user" → "User"',
      '           stage GA → BETA',
      '         + aiplatform.models.delete',
      '         − aiplatform.models.list',
    ]);
    expect(summarizeDiff(diffRolesFiles(before, before))).toEqual(['No role changed.']);
  });
});

describe('predefined-roles.json', () => {
  const text = readFileSync(new URL('../../src/iam/predefined-roles.json', import.meta.url), 'utf8');
  const file = unwrap(readRolesFile(JSON.parse(text)));
  const expand = (permissions: Readonly<Record<string, string>>) =>
    Object.entries(permissions).flatMap(([resource, verbs]) => verbs.split(' ').map((verb) => `${resource}.${verb}`));

  it('is what the API answer it stands for would be turned into', () => {
    const entries = [...Object.entries(file.roles), ...Object.entries(file.basicRoles)];
    const roles = entries.map(([name, { title, stage, permissions }]) =>
      role(name, expand(permissions), { title, stage }),
    );
    const again = unwrap(rolesFileFrom(roles, file));
    expect(formatRolesFile(again)).toBe(text);
  });

  it('holds the roles that are proposed most, with the permissions they are proposed for', () => {
    expect(Object.keys(file.basicRoles)).toEqual(['roles/editor', 'roles/owner', 'roles/viewer']);
    for (const name of ['user', 'expressUser', 'admin', 'editor']) {
      const entry = file.roles[`roles/aiplatform.${name}`];
      expect(expand(entry?.permissions ?? {}), name).toContain('aiplatform.endpoints.predict');
    }
    expect(expand(file.roles['roles/aiplatform.viewer']?.permissions ?? {})).not.toContain(
      'aiplatform.endpoints.predict',
    );
  });
});

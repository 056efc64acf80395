import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Binding, Condition, Policy } from '../../src/iam/policy.ts';
import { addBinding, holdsAlready, PRINCIPAL_LIMIT } from '../../src/remediation/edit-policy.ts';

const member = fc.constantFrom(
  'user:a@example.com',
  'user:B@example.com',
  'serviceAccount:app@acme-ml.iam.gserviceaccount.com',
  'group:team@example.com',
  'domain:example.com',
  'deleted:user:a@example.com?uid=1',
  'deleted:serviceAccount:app@acme-ml.iam.gserviceaccount.com?uid=2',
  'principal://iam.googleapis.com/locations/global/workforcePools/p/subject/kim',
);
const condition: fc.Arbitrary<Condition | null> = fc.option(
  fc.record({
    title: fc.constantFrom('a', 'b'),
    description: fc.constantFrom('', 'd'),
    expression: fc.constantFrom('request.time < timestamp("2027-01-01T00:00:00Z")', 'true'),
    location: fc.constant(''),
  }),
);
const binding: fc.Arbitrary<Binding> = fc.record({
  role: fc.constantFrom('roles/aiplatform.user', 'roles/owner', 'roles/viewer'),
  members: fc.uniqueArray(member, { minLength: 1, maxLength: 4 }),
  condition,
});
const policy: fc.Arbitrary<Policy> = fc.record({
  version: fc.constantFrom(1, 3),
  etag: fc.constant('BwY='),
  bindings: fc.array(binding, { maxLength: 6 }),
  auditConfigs: fc.constant([
    { service: 'allServices', auditLogConfigs: [{ logType: 'DATA_READ', exemptedMembers: ['user:q@example.com'] }] },
  ]),
});
const grant = fc.record({
  role: fc.constant('roles/aiplatform.user'),
  member: fc.constantFrom(
    'user:a@example.com',
    'user:new@example.com',
    'serviceAccount:APP@acme-ml.iam.gserviceaccount.com',
  ),
  condition,
});

const NOW = Date.parse('2026-11-24T02:00:00Z');

/** Every binding as one line a member, so that order and grouping do not count. */
function lines(bindings: readonly Binding[]): readonly string[] {
  return bindings.flatMap(({ role, members, condition: when }) =>
    members.map((name) => JSON.stringify([role, name, when])),
  );
}

describe('threat: adding one binding to any policy', () => {
  it('keeps every binding, condition, deleted member and audit setting, and adds at most its own line', () => {
    fc.assert(
      fc.property(policy, grant, (before, change) => {
        const edit = addBinding(before, change, NOW);
        if (edit.kind !== 'changed') return;
        const own = JSON.stringify([change.role, change.member, change.condition]);
        expect(lines(edit.policy.bindings).toSorted()).toEqual([...lines(before.bindings), own].toSorted());
        expect(edit.policy.auditConfigs).toBe(before.auditConfigs);
        expect(edit.policy.etag).toBe(before.etag);
        expect(edit.policy.version).toBe(3);
      }),
      { numRuns: 1_000 },
    );
  });

  it('changes nothing the second time, and removes nobody', () => {
    fc.assert(
      fc.property(policy, grant, (before, change) => {
        const once = addBinding(before, change, NOW);
        const after = once.kind === 'changed' ? once.policy : before;
        if (once.kind !== 'refused') expect(addBinding(after, change, NOW)).toEqual({ kind: 'present' });
      }),
      { numRuns: 1_000 },
    );
  });

  it('merges into the binding of the same role and equal condition, and into no other', () => {
    fc.assert(
      fc.property(policy, grant, (before, change) => {
        const edit = addBinding(before, change, NOW);
        if (edit.kind !== 'changed') return;
        const same = before.bindings.some(
          (other) => other.role === change.role && JSON.stringify(other.condition) === JSON.stringify(change.condition),
        );
        expect(edit.policy.bindings.length).toBe(before.bindings.length + (same ? 0 : 1));
      }),
      { numRuns: 500 },
    );
  });

  it('takes a deleted member of the same address for somebody else', () => {
    const before: Policy = {
      version: 1,
      etag: 'BwY=',
      auditConfigs: [],
      bindings: [{ role: 'roles/aiplatform.user', members: ['deleted:user:a@example.com?uid=1'], condition: null }],
    };
    expect(holdsAlready(before, { role: 'roles/aiplatform.user', member: 'user:a@example.com', condition: null })).toBe(
      false,
    );
  });

  it('compares addresses without regard to case', () => {
    const before: Policy = {
      version: 1,
      etag: 'BwY=',
      auditConfigs: [],
      bindings: [{ role: 'roles/aiplatform.user', members: ['user:a@example.com'], condition: null }],
    };
    expect(
      addBinding(before, { role: 'roles/aiplatform.user', member: 'user:A@Example.com', condition: null }, NOW),
    ).toEqual({ kind: 'present' });
  });

  it('adds nothing beside an unconditional binding: a condition next to it has no effect', () => {
    const before: Policy = {
      version: 1,
      etag: 'BwY=',
      auditConfigs: [],
      bindings: [{ role: 'roles/aiplatform.user', members: ['user:a@example.com'], condition: null }],
    };
    const timed = { title: 't', description: '', expression: 'true', location: '' };
    expect(
      addBinding(before, { role: 'roles/aiplatform.user', member: 'user:a@example.com', condition: timed }, NOW),
    ).toEqual({ kind: 'present' });
  });

  it('threat: takes expired grants of ours to the same member and role along, and no others', () => {
    const timed = (title: string, end: string) => ({
      title,
      description: '',
      expression: `request.time < timestamp("${end}")`,
      location: '',
    });
    const over = '2026-11-24T01:00:00Z';
    const bindings: readonly Binding[] = [
      {
        role: 'roles/aiplatform.user',
        members: ['user:a@example.com', 'user:b@example.com'],
        condition: timed('guestlist_expires_20261124010000_00000a', over),
      },
      {
        role: 'roles/aiplatform.user',
        members: ['user:A@example.com'],
        condition: timed('guestlist_expires_20261124010000_00000b', over),
      },
      {
        role: 'roles/aiplatform.user',
        members: ['user:a@example.com'],
        condition: timed('guestlist_expires_20261124030000_00000c', '2026-11-24T03:00:00Z'),
      },
      { role: 'roles/aiplatform.user', members: ['user:a@example.com'], condition: timed('somebody_elses', over) },
      {
        role: 'roles/viewer',
        members: ['user:a@example.com'],
        condition: timed('guestlist_expires_20261124010000_00000d', over),
      },
      {
        role: 'roles/aiplatform.user',
        members: ['user:a@example.com'],
        condition: { ...timed('guestlist_expires_20261124010000_00000e', over), expression: 'true' },
      },
      ...[
        timed('guestlist_expires_the_party_list', over),
        timed('guestlist_expires_20260101000000_00000a', over),
        { ...timed('guestlist_expires_20261124010000_00000a', over), description: 'kept by SRE' },
        { ...timed('guestlist_expires_20261124010000_00000a', over), location: 'here' },
      ].map((condition) => ({ role: 'roles/aiplatform.user', members: ['user:a@example.com'], condition })),
    ];
    const change = {
      role: 'roles/aiplatform.user',
      member: 'user:a@example.com',
      condition: timed('guestlist_expires_20261125000000_00000f', '2026-11-25T00:00:00Z'),
    };
    const edit = addBinding({ version: 3, etag: 'BwY=', bindings, auditConfigs: [] }, change, NOW);
    expect(edit.kind === 'changed' ? edit.policy.bindings : []).toEqual([
      { ...bindings[0], members: ['user:b@example.com'] },
      ...bindings.slice(2),
      { role: 'roles/aiplatform.user', members: ['user:a@example.com'], condition: change.condition },
    ]);
  });

  it('stops at a policy that was read without its conditions, and at one without an etag', () => {
    const change = { role: 'roles/aiplatform.user', member: 'user:a@example.com', condition: null };
    const cut: Policy = {
      version: 1,
      etag: 'BwY=',
      auditConfigs: [],
      bindings: [
        { role: 'roles/viewer_withcond_58e135cabb940ad9346c', members: ['user:b@example.com'], condition: null },
      ],
    };
    expect(addBinding(cut, change, NOW).kind).toBe('refused');
    expect(addBinding({ version: 1, etag: '', auditConfigs: [], bindings: [] }, change, NOW).kind).toBe('refused');
  });

  it('stops at the limit of principals, audit exemptions counted', () => {
    const members = Array.from({ length: PRINCIPAL_LIMIT - 1 }, (_, index) => `user:u${index}@example.com`);
    const change = { role: 'roles/aiplatform.user', member: 'user:a@example.com', condition: null };
    const full: Policy = {
      version: 1,
      etag: 'BwY=',
      auditConfigs: [],
      bindings: [{ role: 'roles/viewer', members, condition: null }],
    };
    expect(addBinding(full, change, NOW).kind).toBe('changed');
    const exempt = [
      { service: 'allServices', auditLogConfigs: [{ logType: 'DATA_READ', exemptedMembers: ['user:q@example.com'] }] },
    ];
    expect(addBinding({ ...full, auditConfigs: exempt }, change, NOW).kind).toBe('refused');
  });
});

import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/iam/policy.ts';
import { policyFactsOf } from '../../src/remediation/policy-facts.ts';

const ROLE = 'roles/aiplatform.user';
const ALICE = 'user:alice@example.com';
const until = (title: string) => ({ title, description: '', expression: 'true', location: '' });
const policy: Policy = {
  version: 3,
  etag: 'BwY=',
  bindings: [
    { role: ROLE, members: [ALICE, 'user:b@example.com'], condition: null },
    { role: ROLE, members: ['user:Alice@Example.com'], condition: until('a') },
    { role: ROLE, members: ['user:b@example.com', ALICE], condition: until('b') },
    { role: 'roles/viewer', members: [ALICE], condition: until('c') },
  ],
  auditConfigs: [
    { service: 'allServices', auditLogConfigs: [{ logType: 'DATA_READ', exemptedMembers: ['user:q@example.com'] }] },
  ],
};

describe('the facts of a policy', () => {
  it('count every appearance of a principal, audit exemptions too, and the conditions of one member on one role', () => {
    expect(policyFactsOf(policy, { role: ROLE, member: ALICE })).toEqual({
      principals: 7,
      hasConditions: true,
      conditionsOfMember: 2,
    });
  });

  it('say of a policy without conditions that it has none', () => {
    const plain = { ...policy, bindings: policy.bindings.slice(0, 1) };
    expect(policyFactsOf(plain, { role: ROLE, member: ALICE })).toEqual({
      principals: 3,
      hasConditions: false,
      conditionsOfMember: 0,
    });
  });
});

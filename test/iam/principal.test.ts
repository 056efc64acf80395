import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameMember, parseCaller, parseMember, storedMember } from '../../src/iam/principal.ts';
import { isServiceAgent } from '../../src/iam/service-agent.ts';

const WORKLOAD =
  'principal://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/github/subject/repo:acme/site:ref:refs/heads/main';
const AGENT =
  'principal://agents.global.org-123456789012.system.id.goog/resources/aiplatform/projects/111122223333/locations/us-central1/reasoningEngines/42';

describe('the caller of an entry', () => {
  it.each([
    ['user:alice@example.com', '', 'user', 'user:alice@example.com'],
    ['', 'alice@example.com', 'user', 'user:alice@example.com'],
    [
      'serviceAccount:app@acme-ml.iam.gserviceaccount.com',
      '',
      'service-account',
      'serviceAccount:app@acme-ml.iam.gserviceaccount.com',
    ],
    [
      '',
      'app@acme-ml.iam.gserviceaccount.com',
      'service-account',
      'serviceAccount:app@acme-ml.iam.gserviceaccount.com',
    ],
    [
      '',
      '111122223333-compute@developer.gserviceaccount.com',
      'default-service-account',
      'serviceAccount:111122223333-compute@developer.gserviceaccount.com',
    ],
    [
      '',
      'acme-ml@appspot.gserviceaccount.com',
      'default-service-account',
      'serviceAccount:acme-ml@appspot.gserviceaccount.com',
    ],
    [
      '',
      'service-1@gcp-sa-aiplatform.iam.gserviceaccount.com',
      'service-agent',
      'serviceAccount:service-1@gcp-sa-aiplatform.iam.gserviceaccount.com',
    ],
    [
      '',
      '111122223333@cloudservices.gserviceaccount.com',
      'service-agent',
      'serviceAccount:111122223333@cloudservices.gserviceaccount.com',
    ],
    ['', 'x@something-new.gserviceaccount.com', 'service-agent', 'serviceAccount:x@something-new.gserviceaccount.com'],
    [WORKLOAD, '', 'workload-identity', WORKLOAD],
    [
      'principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/kim@example.com',
      '',
      'workforce-identity',
      'principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/kim@example.com',
    ],
    [
      'principal://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/acme-ml.svc.id.goog/subject/ns/team/sa/web',
      '',
      'gke-workload',
      'principal://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/acme-ml.svc.id.goog/subject/ns/team/sa/web',
    ],
    [
      'serviceAccount:acme-ml.svc.id.goog[team/web]',
      '',
      'gke-workload',
      'serviceAccount:acme-ml.svc.id.goog[team/web]',
    ],
    [AGENT, '', 'agent-identity', AGENT],
  ])('subject %j, address %j is a %s', (principalSubject, principalEmail, kind, member) => {
    expect(parseCaller({ principalSubject, principalEmail })).toEqual(expect.objectContaining({ kind, member }));
  });

  it.each([
    ['', '', 'withheld'],
    ['', 'a...@e...m', 'withheld'],
    ['user:a...@e...m', '', 'withheld'],
    ['', 'google-internal', 'withheld'],
    ['', 'system:anonymous', 'withheld'],
    ['', 'system:serviceaccount:ns:name', 'withheld'],
    ['', '***', 'withheld'],
    ['', 'allUsers', 'withheld'],
    ['user:bob@example.com', 'alice@example.com', 'withheld'],
    ['serviceAccount:app@acme-ml.iam.gserviceaccount.com', 'alice@example.com', 'withheld'],
    [WORKLOAD, 'alice@example.com', 'withheld'],
    ['deleted:user:a@example.com?uid=1', '', 'deleted'],
    ['deleted:serviceAccount:app@acme-ml.iam.gserviceaccount.com?uid=1', '', 'deleted'],
    ['7f6e5d4c-3b2a', '', 'unrecognized'],
    ['group:team@example.com', '', 'unrecognized'],
    ['domain:example.com', '', 'unrecognized'],
    ['principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*', '', 'unrecognized'],
    [
      'principal://iam.googleapis.com/projects/111122223333/locations/us-central1/reasoningEngines/42',
      '',
      'unrecognized',
    ],
    ['serviceAccount:alice@example.com', '', 'unrecognized'],
    ['user:app@acme-ml.iam.gserviceaccount.com', '', 'unrecognized'],
    ['', 'app@UPPER_CASE.iam.gserviceaccount.com', 'unrecognized'],
    ['', `o'brien@example.com`, 'unrecognized'],
    ['', 'a@example.com\nb', 'unrecognized'],
    ['', 'a b@example.com', 'unrecognized'],
    ['', 'a@exаmple.com', 'unrecognized'],
    ['', `${'x'.repeat(100_000)}@example.com`, 'unrecognized'],
    ['serviceAccount:acme-ml.svc.id.goog[team/web]x', '', 'unrecognized'],
  ])('subject %j, address %j is %s, and no member', (principalSubject, principalEmail, kind) => {
    expect(parseCaller({ principalSubject, principalEmail })).toEqual(expect.objectContaining({ kind, member: null }));
  });

  it('threat: a domain that only ends like a Google one is a person of that domain', () => {
    expect(parseMember('user:evil@notgserviceaccount.com').kind).toBe('user');
    expect(
      parseCaller({ principalSubject: '', principalEmail: 'x@acme-ml.iam.gserviceaccount.com.evil.example' }).kind,
    ).toBe('user');
    expect(isServiceAgent('x@gcp-sa-evil.iam.gserviceaccount.com.evil.example')).toBe(false);
  });

  it('lives in the project that its address or pool names', () => {
    expect(parseMember('serviceAccount:app@acme-ml.iam.gserviceaccount.com')).toEqual(
      expect.objectContaining({ home: { kind: 'project-id', id: 'acme-ml' } }),
    );
    expect(parseMember('serviceAccount:app@website.example.com.iam.gserviceaccount.com')).toEqual(
      expect.objectContaining({ home: { kind: 'project-id', id: 'example.com:website' } }),
    );
    expect(parseMember(WORKLOAD)).toEqual(
      expect.objectContaining({ home: { kind: 'project-number', number: '111122223333' } }),
    );
  });
});

describe('a member string', () => {
  const members = fc.oneof(
    fc.emailAddress().map((email) => `user:${email}`),
    fc.stringMatching(/^[a-z][a-z0-9-]{4,20}[a-z0-9]$/).map((id) => `serviceAccount:app@${id}.iam.gserviceaccount.com`),
    fc
      .stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9:/._-]{0,40}$/)
      .map(
        (subject) =>
          `principal://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/pool/subject/${subject}`,
      ),
    fc.string(),
  );

  it('comes back as it was, or not at all', () => {
    fc.assert(
      fc.property(members, (text) => {
        const { member } = parseMember(text);
        if (member !== null) expect(member).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same without regard to case for addresses only', () => {
    expect(isSameMember('user:A@Example.com', 'user:a@example.com')).toBe(true);
    expect(isSameMember('user:a@example.com', 'serviceAccount:a@example.com')).toBe(false);
    expect(isSameMember(WORKLOAD, WORKLOAD.replace('acme', 'ACME'))).toBe(false);
  });

  it('is stored with its address in lower case, and otherwise as it is', () => {
    expect(storedMember('serviceAccount:App@Acme-ml.iam.gserviceaccount.com')).toBe(
      'serviceAccount:app@acme-ml.iam.gserviceaccount.com',
    );
    expect(storedMember('deleted:user:Gone@Example.com?uid=7')).toBe('deleted:user:gone@example.com?uid=7');
    for (const member of [WORKLOAD.replace('acme/site', 'Acme/Site'), AGENT, 'allUsers'])
      expect(storedMember(member)).toBe(member);
  });
});

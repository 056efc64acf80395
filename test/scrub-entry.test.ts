import { describe, expect, it } from 'vitest';
import { scrub } from './scrub-entry.ts';

const saved = {
  insertId: '1realInsertId',
  logName: 'projects/real-company-prod/logs/cloudaudit.googleapis.com%2Fdata_access',
  timestamp: '2026-11-20T09:30:15.123456789Z',
  protoPayload: {
    serviceName: 'aiplatform.googleapis.com',
    resourceName: 'projects/real-company-prod/locations/us-central1/publishers/google/models/gemini-2.5-flash',
    authenticationInfo: {
      principalEmail: 'bob.smith@real-company.com',
      serviceAccountKeyName:
        '//iam.googleapis.com/projects/real-company-prod/serviceAccounts/bot@real-company-prod.iam.gserviceaccount.com/keys/abcdef0123',
      serviceAccountDelegationInfo: [
        { firstPartyPrincipal: { principalEmail: 'service-998877665544@compute-system.iam.gserviceaccount.com' } },
      ],
    },
    requestMetadata: { callerIp: '81.2.69.142', callerSuppliedUserAgent: 'secret-tool/1' },
    request: { contents: 'a secret prompt' },
    status: {
      code: 7,
      message: "denied on resource '//aiplatform.googleapis.com/projects/998877665544' errorId=OPAQUE",
    },
  },
};

describe('scrubbing a saved entry', () => {
  const [scrubbed] = scrub([saved]);
  const text = JSON.stringify(scrubbed);

  it.each([
    'real-company',
    'bob.smith',
    '998877665544',
    '81.2.69.142',
    'abcdef0123',
    'secret',
    'OPAQUE',
    '1realInsertId',
  ])('leaves nothing of %s', (name) => {
    expect(text).not.toContain(name);
  });

  it('keeps what the diagnosis needs: times, Google domains, services, models, the same name for the same project', () => {
    expect(text).toContain('2026-11-20T09:30:15.123456789Z');
    expect(text).toContain('@compute-system.iam.gserviceaccount.com');
    expect(text).toContain('publishers/google/models/gemini-2.5-flash');
    expect(new Set([...text.matchAll(/acme-project-(\d+)/g)].map((match) => match[0])).size).toBe(1);
  });
});

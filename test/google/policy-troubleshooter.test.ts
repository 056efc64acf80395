import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { ExplanationQuestion } from '../../src/diagnosis/evidence.ts';
import {
  createTroubleshooter,
  readExplanation,
  type TroubleshooterSettings,
} from '../../src/google/policy-troubleshooter.ts';
import { parseMember } from '../../src/iam/principal.ts';

const question: ExplanationQuestion = {
  principal: parseMember('user:alice@example.com'),
  permissions: ['aiplatform.endpoints.predict'],
  project: 'acme-ml',
  at: '2026-11-20T09:30:15Z',
  errorInfoId: null,
};

interface Asked {
  readonly path: string;
  readonly body: unknown;
}

let server: Server | null = null;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

async function troubleshooter(answer: unknown, status = 200, settings: Partial<TroubleshooterSettings> = {}) {
  const asked: Asked[] = [];
  const started = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const endpoint = { kind: 'local', host: '127.0.0.1', port } as const;
  return {
    asked,
    explain: createTroubleshooter({ endpoint, errors: 'do-not-ask', callsPerHour: 100, now: () => 0, ...settings })
      .explain,
  };
}

describe('the Policy Troubleshooter', () => {
  it('is asked about the account, the permission and the project, at the time of the call', async () => {
    const { asked, explain } = await troubleshooter({
      denyPolicyExplanation: { denyAccessState: 'DENY_ACCESS_STATE_NOT_DENIED' },
    });
    expect(await explain(question)).toEqual({ kind: 'known', value: { denied: 'nothing', policy: '' } });
    expect(asked).toEqual([
      {
        path: '/v3/iam:troubleshoot',
        body: {
          accessTuple: {
            principal: 'alice@example.com',
            fullResourceName: '//cloudresourcemanager.googleapis.com/projects/acme-ml',
            permission: 'aiplatform.endpoints.predict',
            conditionContext: { request: { receiveTime: '2026-11-20T09:30:15Z' } },
          },
        },
      },
    ]);
  });

  it('is asked once for the same question within minutes', async () => {
    const { asked, explain } = await troubleshooter({
      denyPolicyExplanation: { denyAccessState: 'DENY_ACCESS_STATE_NOT_DENIED' },
    });
    await explain(question);
    await explain(question);
    expect(asked).toHaveLength(1);
  });

  it('is not asked about principals without an address', async () => {
    const { asked, explain } = await troubleshooter({});
    const federated = parseMember('principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/kim');
    expect((await explain({ ...question, principal: federated })).kind).toBe('absent');
    expect(asked).toEqual([]);
  });

  it('is asked about the very error only where that is switched on', async () => {
    const { asked, explain } = await troubleshooter(
      { denyPolicyExplanation: { denyAccessState: 'DENY_ACCESS_STATE_DENIED' } },
      200,
      { errors: 'ask' },
    );
    expect(await explain({ ...question, errorInfoId: 'opaque' })).toEqual({
      kind: 'known',
      value: { denied: 'deny-policy', policy: '' },
    });
    expect(asked).toEqual([{ path: '/v3beta/iam:troubleshootError', body: { errorInfoId: 'opaque' } }]);
  });

  it.each([403, 429, 500])('answers nothing for certain when it fails with HTTP %s', async (status) => {
    const { explain } = await troubleshooter({ error: {} }, status);
    expect((await explain(question)).kind).toBe('not-readable');
  });

  it('answers nothing for certain when it cannot be reached', async () => {
    const { explain } = createTroubleshooter({
      endpoint: { kind: 'local', host: '127.0.0.1', port: 9 },
      errors: 'do-not-ask',
      callsPerHour: 1,
      now: () => 0,
    });
    expect((await explain(question)).kind).toBe('not-readable');
  });

  it('is asked no more often than its budget allows, and again in the next hour', async () => {
    let now = 0;
    const { asked, explain } = await troubleshooter(
      { denyPolicyExplanation: { denyAccessState: 'DENY_ACCESS_STATE_NOT_DENIED' } },
      200,
      { callsPerHour: 1, now: () => now },
    );
    await explain(question);
    expect((await explain({ ...question, project: 'acme-vision' })).kind).toBe('not-readable');
    now = 3_600_000;
    expect((await explain({ ...question, project: 'acme-vision' })).kind).toBe('known');
    expect(asked).toHaveLength(2);
  });
});

describe('an explanation', () => {
  it('names the deny policy', () => {
    const answer = {
      denyPolicyExplanation: {
        denyAccessState: 'DENY_ACCESS_STATE_DENIED',
        explainedResources: [
          { explainedPolicies: [{ denyAccessState: 'DENY_ACCESS_STATE_DENIED', policy: { name: 'policies/no-ai' } }] },
        ],
      },
    };
    expect(readExplanation(answer)).toEqual({
      kind: 'known',
      value: { denied: 'deny-policy', policy: 'policies/no-ai' },
    });
  });

  it('tells an access boundary', () => {
    const answer = { pabPolicyExplanation: { principalAccessBoundaryAccessState: 'PAB_ACCESS_STATE_NOT_ALLOWED' } };
    expect(readExplanation(answer)).toEqual({ kind: 'known', value: { denied: 'access-boundary', policy: '' } });
  });

  it.each([
    [{}],
    [{ denyPolicyExplanation: { denyAccessState: 'DENY_ACCESS_STATE_UNKNOWN_INFO' } }],
    [{ denyPolicyExplanation: { denyAccessState: 'DENY_ACCESS_STATE_UNKNOWN_CONDITIONAL' } }],
    [{ denyPolicyExplanation: 'no' }],
    [null],
  ])('stays unknown for %j', (answer) => {
    expect(readExplanation(answer).kind).toBe('not-readable');
  });
});

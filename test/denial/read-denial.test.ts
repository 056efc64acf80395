import { describe, expect, it } from 'vitest';
import type { Denial } from '../../src/denial/denial.ts';
import { readDenial } from '../../src/denial/read-denial.ts';
import { readEntryValue } from '../../src/ingest/read-entry.ts';
import { asServiceAccount, deniedCall, perimeterBlock } from '../../src/local/demo/demo-entries.ts';
import { denialOf } from '../fixtures/case.ts';

const chat = asServiceAccount('chat@acme-ml.iam.gserviceaccount.com');
const plain = deniedCall({ insertId: 'd1', project: 'acme-ml', caller: chat });

function withPayload(change: object): Denial {
  return denialOf({ ...plain, protoPayload: { ...plain.protoPayload, ...change } });
}

function reasons(value: unknown): readonly string[] {
  const entry = readEntryValue(value);
  if (entry.kind === 'unreadable') return [entry.reason];
  const reading = readDenial(entry.entry, '2026-11-24T03:00:00Z');
  return reading.kind === 'unreadable' ? reading.issues.map((issue) => `${issue.place}: ${issue.message}`) : [];
}

describe('a denial', () => {
  it('keeps the nanoseconds of its time', () => {
    expect(denialOf(plain).at).toBe('2026-11-24T02:14:07.123456789Z');
    expect(denialOf({ ...plain, timestamp: '2026-11-24 02:14:07.533794920' }).at).toBe(
      '2026-11-24T02:14:07.533794920Z',
    );
  });

  it('falls back to the time of receipt where the entry has none', () => {
    const { timestamp: _timestamp, receiveTimestamp: _receive, ...rest } = plain;
    expect(denialOf(rest).at).toBe('2026-11-24T02:15:00Z');
  });

  it('takes the project from the resource name, not from the label', () => {
    const denial = denialOf({ ...plain, resource: { labels: { project_id: 'acme-other' } } });
    expect(denial.scope).toEqual({ kind: 'project', project: { kind: 'project-id', id: 'acme-ml' } });
    expect(denial.location).toBe('us-central1');
    expect(denial.model).toBe('gemini-2.5-flash');
  });

  it.each([
    'projects/../x',
    'projects//locations',
    'projects/-/serviceAccounts/1',
    'projects/_/x',
    'projects/My Project/x',
    '',
  ])('names no project for the resource %j', (resourceName) => {
    expect(withPayload({ resourceName }).scope.kind).toBe('none');
  });

  it('takes every row that is not granted, whether granted is absent or false', () => {
    const rows = [
      { permission: 'aiplatform.endpoints.predict' },
      { permission: 'aiplatform.endpoints.explain', granted: false },
      { permission: 'aiplatform.endpoints.get', granted: true },
    ];
    expect(withPayload({ authorizationInfo: rows }).permissions).toEqual([
      'aiplatform.endpoints.predict',
      'aiplatform.endpoints.explain',
    ]);
  });

  it.each([
    ['google.cloud.aiplatform.v1.PredictionService.GenerateContent', 'aiplatform.endpoints.predict'],
    ['google.cloud.aiplatform.v1beta1.PredictionService.ChatCompletions', 'aiplatform.endpoints.predict'],
    ['google.cloud.aiplatform.internal.PredictionService.CountTokens', 'aiplatform.endpoints.predict'],
    [
      'google.cloud.aiplatform.v1.ReasoningEngineExecutionService.StreamQueryReasoningEngine',
      'aiplatform.reasoningEngines.query',
    ],
  ])('knows what %s needs where the entry has no rows', (methodName, permission) => {
    const denial = withPayload({ methodName, authorizationInfo: [], status: { code: 7 } });
    expect([denial.permissions, denial.permissionSource]).toEqual([[permission], 'method']);
  });

  it('prefers what the error names over what the message quotes, and both over the method', () => {
    const details = [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'IAM_PERMISSION_DENIED',
        metadata: { permission: 'aiplatform.models.get' },
      },
    ];
    const named = withPayload({
      authorizationInfo: [],
      status: { code: 7, message: "Permission 'aiplatform.models.list' denied", details },
    });
    expect([named.permissions, named.permissionSource]).toEqual([['aiplatform.models.get'], 'error-info']);
    const quoted = withPayload({
      authorizationInfo: [],
      status: { code: 7, message: "Permission 'aiplatform.models.list' denied" },
    });
    expect([quoted.permissions, quoted.permissionSource]).toEqual([['aiplatform.models.list'], 'message']);
  });

  it('guesses no permission for the closing entry of a long-running call', () => {
    const entry = {
      ...plain,
      operation: { id: '1', last: true },
      protoPayload: { ...plain.protoPayload, authorizationInfo: [], status: { code: 7 } },
    };
    expect(denialOf(entry).permissions).toEqual([]);
  });

  it('keeps a permission that cannot be read as something no role contains', () => {
    expect(withPayload({ authorizationInfo: [{ permission: '*' }] }).permissions).toEqual(['unreadable:"*"']);
  });

  it('cuts the Troubleshooter sentence off the message and keeps its link', () => {
    const message =
      "Permission 'x' denied on resource (or it may not exist). Remediate access with this Troubleshooter URL or share it with your administrator - https://console.cloud.google.com/iam-admin/troubleshooter/summary;errorId=abc .";
    const denial = withPayload({ status: { code: 7, message } });
    expect(denial.status.message).toBe("Permission 'x' denied on resource (or it may not exist).");
    expect(denial.troubleshooterLink).toBe(
      'https://console.cloud.google.com/iam-admin/troubleshooter/summary;errorId=abc',
    );
  });

  it('takes no link from the message that leads elsewhere', () => {
    const message =
      'no. Remediate access with this Troubleshooter URL - https://evil.example/iam-admin/troubleshooter/summary;errorId=abc .';
    expect(withPayload({ status: { code: 7, message } }).troubleshooterLink).toBeNull();
  });

  it('keeps where rows were refused and what the error is about', () => {
    const details = [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'IAM_PERMISSION_DENIED',
        metadata: { resource: 'folders/9' },
      },
    ];
    const denial = withPayload({
      authorizationInfo: [
        { permission: 'aiplatform.endpoints.predict', resource: 'projects/acme-pay/x' },
        { resource: 'projects/999988887777/y' },
      ],
      status: { code: 7, message: 'no', details },
    });
    expect(denial.refusedOn).toEqual([
      { kind: 'project', project: { kind: 'project-id', id: 'acme-pay' } },
      { kind: 'project', project: { kind: 'project-number', number: '999988887777' } },
      { kind: 'folder' },
    ]);
    expect(denial.permissionSource).toBe('contradictory');
  });

  it('is contradictory when error or message name another permission than the rows', () => {
    const details = [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'IAM_PERMISSION_DENIED',
        metadata: { permission: 'storage.objects.get' },
      },
    ];
    expect(withPayload({ status: { code: 7, message: 'no', details } }).permissionSource).toBe('contradictory');
    expect(
      withPayload({ status: { code: 7, message: "Permission 'aiplatform.customJobs.create' denied" } })
        .permissionSource,
    ).toBe('contradictory');
    expect(denialOf(plain).permissionSource).toBe('authorization-info');
  });

  it('is of an audit log only when it lies in one, and is whole', () => {
    expect(denialOf(plain).origin).toBe('audit-log');
    for (const logName of [
      'projects/acme-ml/logs/my-app',
      'projects/acme-ml',
      'projects/acme-ml/logs/cloudaudit.googleapis.com%2Fdata_access2',
      'organizations/1/logs/cloudaudit.googleapis.com%2Fdata_access',
    ]) {
      expect(denialOf({ ...plain, logName }).origin).toBe('incomplete');
    }
  });

  it('takes a live refusal by an organization policy from its metadata', () => {
    const metadata = {
      '@type': 'x/google.cloud.audit.OrgPolicyDryRunAuditMetadata',
      liveResult: 'DENIED',
      constraint: 'constraints/vertexai.allowedModels',
    };
    expect(withPayload({ metadata }).policyViolations).toEqual([
      { constraint: 'constraints/vertexai.allowedModels', value: null, text: expect.any(String) },
    ]);
  });

  it('names a bounded number of faults, however many there are', () => {
    const entry = {
      ...plain,
      protoPayload: { ...plain.protoPayload, authorizationInfo: Array.from({ length: 5_000 }, () => 1) },
    };
    expect(reasons(entry)).toHaveLength(21);
    expect(reasons(entry).at(-1)).toBe('entry: 4980 more fields are wrong');
  });

  it('is told apart from every other entry by log, time and insert id, or by its content', () => {
    const other = deniedCall({ insertId: 'd2', project: 'acme-ml', caller: chat });
    expect(denialOf(plain).entryId).not.toBe(denialOf(other).entryId);
    expect(denialOf(plain).entryId).toBe(denialOf(structuredClone(plain)).entryId);
    const { insertId: _first, ...one } = plain;
    const { insertId: _second, ...two } = deniedCall({
      insertId: 'x',
      project: 'acme-ml',
      caller: asServiceAccount('b@acme-ml.iam.gserviceaccount.com'),
    });
    expect(denialOf(one).entryId).not.toBe(denialOf(two).entryId);
  });

  it('knows a dry run by its metadata, whatever its status', () => {
    expect(denialOf(perimeterBlock('p1', chat, 'dry-run')).dryRun).toBe('perimeter-dry-run');
    expect(denialOf(perimeterBlock('p1', chat, 'enforced')).dryRun).toBe('enforced');
    const policy = { '@type': 'x/google.cloud.audit.OrgPolicyDryRunAuditMetadata', liveResult: 'ALLOWED' };
    expect(withPayload({ metadata: policy }).dryRun).toBe('organization-policy-dry-run');
    expect(withPayload({ metadata: { ...policy, liveResult: 'DENIED' } }).dryRun).toBe('enforced');
  });

  it('reads the perimeter from metadata, also without its type', () => {
    const { '@type': _type, ...metadata } = perimeterBlock('p1', chat, 'enforced').protoPayload.metadata;
    expect(withPayload({ metadata }).perimeter).toEqual(
      expect.objectContaining({ uniqueId: 'demo-p1', direction: 'ingress', target: 'projects/444455556666' }),
    );
  });

  it('ignores an empty organization policy record', () => {
    expect(withPayload({ policyViolationInfo: { orgPolicyViolationInfo: {} } }).policyViolations).toEqual([]);
  });
});

describe('an entry that is no denial', () => {
  it.each([
    [
      'a code that is text',
      { ...plain, protoPayload: { ...plain.protoPayload, status: { code: '7' } } },
      'protoPayload.status.code: expected a whole number, got the text "7"',
    ],
    [
      'rows that are no list',
      { ...plain, protoPayload: { ...plain.protoPayload, authorizationInfo: {} } },
      'protoPayload.authorizationInfo: expected a list, got an object',
    ],
    [
      'granted that is text',
      { ...plain, protoPayload: { ...plain.protoPayload, authorizationInfo: [{ granted: 'true' }] } },
      'protoPayload.authorizationInfo[0].granted: expected true or false, got the text "true"',
    ],
    [
      'a caller that is a list',
      { ...plain, protoPayload: { ...plain.protoPayload, authenticationInfo: [] } },
      'protoPayload.authenticationInfo: expected an object, got a list',
    ],
    [
      'dryRun that is text',
      { ...plain, protoPayload: { ...plain.protoPayload, metadata: { dryRun: 'true' } } },
      'protoPayload.metadata.dryRun: expected true or false, got the text "true"',
    ],
    [
      'no audit payload',
      { textPayload: 'x' },
      'protoPayload: expected an audit entry, which has one; this entry has none',
    ],
    [
      'a payload of another type',
      { protoPayload: { '@type': 'type.googleapis.com/google.appengine.logging.v1.RequestLog' } },
      'protoPayload.@type: expected google.cloud.audit.AuditLog',
    ],
  ])('is told with place and reason: %s', (_name, entry, reason) => {
    expect(reasons(entry).join('\n')).toContain(reason);
  });

  it('is not made one by prototype keys', () => {
    const polluted: unknown = JSON.parse('{"__proto__":{"protoPayload":{"status":{"code":7}}}}');
    expect(reasons(polluted).join()).toContain('protoPayload: expected an audit entry');
  });

  it('may hold fields that nobody knows', () => {
    expect(reasons({ ...plain, newField: 1, protoPayload: { ...plain.protoPayload, another: [{}] } })).toEqual([]);
  });
});

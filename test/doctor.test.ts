import { describe, expect, it } from 'vitest';
import { known, notReadable } from '../src/diagnosis/evidence.ts';
import { examineInstallation } from '../src/doctor/examine-installation.ts';
import type { Installation } from '../src/doctor/installation.ts';
import { TEST_METHOD, testDenial } from '../src/doctor/test-denial.ts';
import type { AuditConfig, Binding } from '../src/iam/policy.ts';
import { openWorldPipeline } from './fakes/world-pipeline.ts';
import { rules } from './fixtures/case.ts';

const IDENTITY = 'guestlist@acme-guestlist.iam.gserviceaccount.com';
const ROLE = 'organizations/123456789012/roles/guestlist';
const LIMIT = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/aiplatform.user'])";
const WRITER = 'serviceAccount:service-org-123456789012@gcp-sa-logging.iam.gserviceaccount.com';
const PERMISSIONS = [
  'resourcemanager.projects.get',
  'resourcemanager.projects.getIamPolicy',
  'resourcemanager.folders.get',
  'resourcemanager.projects.setIamPolicy',
];
const condition = (expression: string) => ({ title: 't', description: '', expression, location: '' });
const logs = (...types: readonly string[]): AuditConfig => ({
  service: 'aiplatform.googleapis.com',
  auditLogConfigs: types.map((logType) => ({ logType, exemptedMembers: [] })),
});
const organization = (
  bindings: readonly Binding[] = [{ role: ROLE, members: [`serviceAccount:${IDENTITY}`], condition: condition(LIMIT) }],
  auditConfigs: readonly AuditConfig[] = [logs('DATA_READ', 'DATA_WRITE')],
) => known({ version: 3, etag: 'e', bindings, auditConfigs });
const roleWith = (permissions: readonly string[]) =>
  new Map([[ROLE, known({ name: ROLE, title: 'Guestlist', permissions: new Set(permissions) })]]);
const SINK = {
  name: 'organizations/123456789012/sinks/guestlist-denials',
  destination: 'pubsub.googleapis.com/projects/acme-guestlist/topics/guestlist-denials',
  filter: 'protoPayload.serviceName="aiplatform.googleapis.com" AND protoPayload.status.code=7 AND NOT x.dryRun=true',
  includesChildren: true,
  isIntercepting: false,
  isDisabled: false,
  writer: WRITER,
};
const SUBSCRIPTION = {
  name: 'projects/acme-guestlist/subscriptions/guestlist-denials',
  topic: 'projects/acme-guestlist/topics/guestlist-denials',
  endpoint: 'https://remediate.run.app/x',
  account: 'push@acme-guestlist.iam.gserviceaccount.com',
  audience: 'https://remediate.run.app',
  deadLetterTopic: 'projects/acme-guestlist/topics/dead',
  expires: 'never',
} as const;

function installation(change: Partial<Installation> = {}): Installation {
  return {
    allowlist: rules('  - { id: a, effect: forbid, projects: [acme-ml] }\n'),
    identity: { kind: 'account', email: IDENTITY, others: [] },
    organization: organization(),
    sink: known(SINK),
    subscription: known(SUBSCRIPTION),
    topicBindings: known([{ role: 'roles/pubsub.publisher', member: WRITER }]),
    roles: roleWith(PERMISSIONS),
    push: { audience: SUBSCRIPTION.audience, account: SUBSCRIPTION.account },
    ledger: known('answers'),
    channels: ['cloud-logging'],
    ...change,
  };
}

const wrongIn = (change: Partial<Installation>) =>
  examineInstallation(installation(change))
    .filter(({ state }) => state === 'wrong')
    .map(({ text }) => text);
const sink = (change: Partial<typeof SINK>) => ({ sink: known({ ...SINK, ...change }) });
const subscription = (change: object) => ({ subscription: known({ ...SUBSCRIPTION, ...change }) });
const bound = (role: string, expression: string | null) => ({
  organization: organization([
    {
      role,
      members: [`serviceAccount:${IDENTITY}`],
      condition: expression === null ? null : condition(expression),
    },
  ]),
});

describe('the doctor', () => {
  it('finds nothing wrong where nothing is', () => {
    expect(examineInstallation(installation()).map(({ state }) => state)).toEqual(Array(9).fill('ok'));
  });

  it.each<[string, Partial<Installation>, string]>([
    ['Data Access logs that are off', { organization: organization(undefined, []) }, 'leave no entry'],
    ['reads that are not logged', { organization: organization(undefined, [logs('DATA_WRITE')]) }, 'DATA_READ of'],
    ['a sink that is off', sink({ isDisabled: true }), 'switched off'],
    ['a sink for the organization alone', sink({ includesChildren: false }), 'does not include child resources'],
    ['a sink that keeps entries from others', sink({ isIntercepting: true }), 'intercepts'],
    ['a sink to another place', sink({ destination: 'storage.googleapis.com/b' }), 'no Pub/Sub topic'],
    ['a filter without refusals', sink({ filter: 'x' }), 'does not mention protoPayload.status.code=7'],
    ['a sink that may not publish', { topicBindings: known([]) }, 'may not publish to its topic'],
    [
      'somebody else who may publish',
      {
        topicBindings: known([
          { role: 'roles/pubsub.publisher', member: WRITER },
          { role: 'roles/pubsub.publisher', member: 'allUsers' },
        ]),
      },
      'so may allUsers',
    ],
    ['a subscription to another topic', subscription({ topic: 'projects/x/topics/y' }), 'the sink writes to'],
    ['a subscription without a dead-letter topic', subscription({ deadLetterTopic: '' }), 'is lost'],
    ['a subscription that expires', subscription({ expires: 'when-idle' }), 'is deleted when nothing is refused'],
    ['a push without a token', subscription({ account: '' }), 'pushes without a token'],
    ['a push for another audience', subscription({ audience: 'https://x' }), 'the function expects'],
    ['an identity that is not known', { identity: { kind: 'not-known' } }, 'is not known'],
    ['an identity that may not look', { roles: roleWith([]) }, 'it lacks resourcemanager.projects.get'],
    ['a mode that nothing lets it follow', { roles: roleWith(PERMISSIONS.slice(0, 3)) }, 'nothing lets it write'],
    ['a right to write without a limit', bound(ROLE, null), 'without any limit'],
    ['a limit to another role', bound(ROLE, LIMIT.replace('user', 'admin')), 'under the condition'],
    ['a limit that always holds', bound(ROLE, `${LIMIT} || true`), 'under the condition'],
    ['Owner', bound('roles/owner', null), 'roles/owner lets it write policies without any limit'],
  ])('finds %s', (_name, change, text) => {
    expect(wrongIn(change).join('\n')).toContain(text);
  });

  it('tells what may be right: a channel that is set up elsewhere, writes that are not logged', () => {
    const allowlist = { ...rules('  - { id: a, effect: forbid, projects: [acme-ml] }\n'), channels: ['slack'] };
    const odd = installation({ allowlist, organization: organization(undefined, [logs('DATA_READ')]) });
    const notes = examineInstallation(odd).filter(({ state }) => state === 'note');
    expect(notes.map(({ text }) => text)).toEqual([
      expect.stringContaining('DATA_WRITE is not'),
      expect.stringContaining('names slack, which is not set up here'),
    ]);
    expect(wrongIn({ allowlist })).toEqual([]);
  });

  it('never takes what it may not look at for right or for wrong, and says how to see it', () => {
    const blind = installation({
      organization: notReadable('PERMISSION_DENIED'),
      sink: notReadable('PERMISSION_DENIED'),
      subscription: notReadable('PERMISSION_DENIED'),
      ledger: notReadable('away'),
    });
    const results = examineInstallation(blind);
    expect(results.filter(({ state }) => state === 'wrong')).toEqual([]);
    expect(results.filter(({ state }) => state === 'not-readable')).toHaveLength(5);
    for (const { state, fix } of results) expect(fix === null).toBe(state !== 'not-readable');
  });

  it('gives every fault its fix', () => {
    const broken = installation({ ...sink({ isDisabled: true, filter: '' }), topicBindings: known([]) });
    const faults = examineInstallation(broken).filter(({ state }) => state === 'wrong');
    expect(faults.length).toBeGreaterThan(3);
    expect(faults.every(({ fix }) => fix !== null && fix.length > 5)).toBe(true);
  });

  it('threat: sends a test that no allowlist turns into a grant', async () => {
    const stage = openWorldPipeline(`version: 1
organization: "123456789012"
mode: apply
rules:
  - { id: all, effect: allow, principals: ["serviceAccount:*@acme-ml.iam.gserviceaccount.com"], projects: [organizations/123456789012] }
`);
    await stage.deny(testDenial('acme-ml', 'abc123', '2026-11-24T02:14:07Z'));
    expect(stage.state.writes).toEqual([]);
    expect(stage.reports.map(({ outcome, diagnosis }) => `${diagnosis.cause} ${outcome.kind}`)).toEqual([
      'throttled advised',
    ]);
    expect(stage.reports[0]?.denial.method).toBe(TEST_METHOD);
    expect(stage.reports[0]?.denial.status.message).toContain('This is a test of Guestlist');
  });
});

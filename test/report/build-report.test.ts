import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { expiryCondition, expiryTime } from '../../src/iam/grant-expiry.ts';
import { asServiceAccount, asUser } from '../../src/local/demo/demo-entries.ts';
import type { Change } from '../../src/remediation/change.ts';
import type { Intent } from '../../src/remediation/intent.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { followUpReport } from '../../src/report/follow-up.ts';
import type { Outcome, Remedy, Report } from '../../src/report/report.ts';
import { denialBy } from '../fixtures/case.ts';
import { CHANGE, intentFor } from '../fixtures/intent.ts';

const AT = '2026-11-24T02:14:10.000Z';
const END = Date.parse('2026-12-31T23:59:59Z');
const TIMED: Change = { ...CHANGE, condition: expiryCondition(END, 'abc123'), expiresAt: expiryTime(END) };
const INCIDENT = { id: 'i-1', repeats: 0, firstAt: AT, lastAt: AT };

function reportOf(kind: Outcome['kind'], intent: Partial<Intent> = {}, denial = denialBy()): Report {
  return buildReport({ denial, intent: intentFor(intent), outcome: { kind }, incident: INCIDENT, at: AT });
}

function diagnosed(cause: Diagnosis['cause'], certainty: Diagnosis['certainty'] = 'certain'): Diagnosis {
  return { cause, certainty, summary: '', evidence: [] };
}

const titles = ({ remedies }: Pick<Report, 'remedies'>) => remedies.map(({ title }) => title);
const startingWith = (start: string) => (remedy: Remedy) => remedy.title.startsWith(start);

describe('the remedies of a report', () => {
  it('are for a proposal: how to grant, check and take back, Terraform, side effects, narrower roles, the log', () => {
    expect(titles(reportOf('proposed', { rolePermissionCount: 459 }))).toEqual([
      'Grant it in the Google Cloud console',
      'Grant it with gcloud',
      'Check with gcloud: it lists the binding, or nothing',
      'Take it back with gcloud',
      'If gcloud reports a conflict',
      'Grant it with Terraform',
      'What the role brings along',
      'What else to expect',
      'The smallest predefined role',
      'Or grant the smallest predefined role, Agent Platform Express User (roles/aiplatform.expressUser), with gcloud',
      'Or grant the smallest predefined role, Agent Platform Express User (roles/aiplatform.expressUser), with Terraform',
      'Or make and grant a custom role with exactly the refused permissions, with gcloud',
      'Or make and grant a custom role with exactly the refused permissions, with Terraform',
      'See the refusals of this incident',
    ]);
  });

  it('are for a grant: how to check and keep it; how to undo it stands apart', () => {
    const report = reportOf('applied', { change: TIMED });
    expect(titles(report).slice(0, 3)).toEqual([
      'Check with gcloud: it lists the binding, or nothing',
      'If gcloud reports a conflict',
      'Keep it in Terraform',
    ]);
    const terraform = report.remedies.find(startingWith('Keep it'))?.text ?? '';
    expect(terraform).toContain(`user:alice@example.com ${TIMED.condition?.title}"`);
    expect(report.undo?.gcloud).toContain('remove-iam-policy-binding');
    expect(report.undo?.gcloud).toContain(TIMED.condition?.title);
  });

  it('offer no undo of what was there already, and no import of what may be another binding', () => {
    const plain = reportOf('already-granted');
    expect(plain.undo).toBeNull();
    expect(titles(plain)).toContain('Keep it in Terraform');
    const timed = reportOf('already-granted', { change: TIMED });
    expect(timed.undo).toBeNull();
    expect(titles(timed)).not.toContain('Keep it in Terraform');
    expect(titles(timed)).toContain('Check with gcloud: it lists the binding, or nothing');
  });

  it('tell what the policy was like before the change', () => {
    const policyFacts = { principals: 1450, hasConditions: false, conditionsOfMember: 0 };
    const { remedies } = reportOf('proposed', { change: TIMED, policyFacts });
    const text = remedies.find(startingWith('What else'))?.text ?? '';
    expect(text).toContain('1,450 of at most 1,500');
    expect(text).toContain('first condition');
  });

  it('name no narrower role where the one to grant holds nothing beyond', () => {
    const isNarrower = (title: string) => title.startsWith('Or ');
    expect(titles(reportOf('proposed', { rolePermissionCount: 459 })).filter(isNarrower)).toHaveLength(4);
    expect(titles(reportOf('proposed', { rolePermissionCount: 20 })).filter(isNarrower)).toHaveLength(2);
    expect(titles(reportOf('proposed', { rolePermissionCount: 1 })).filter(isNarrower)).toEqual([]);
  });

  it('are none where there is nothing to do', () => {
    expect(reportOf('ignored', { diagnosis: diagnosed('not-denied'), change: null }).remedies).toEqual([]);
  });
});

describe('the Policy Troubleshooter', () => {
  const isAsked = (report: Report) => titles(report).includes('Open the Policy Troubleshooter');

  it.each([
    ['missing-role', 'certain', false],
    ['missing-role', 'likely', true],
    ['cross-project', 'certain', true],
    ['condition-unmet', 'certain', true],
    ['deny-policy', 'likely', true],
    ['access-boundary', 'certain', true],
    ['unknown', 'unknown', true],
    ['service-perimeter', 'certain', false],
    ['service-disabled', 'certain', false],
  ] as const)('is pointed to for %s that is %s: %s', (cause, certainty, expected) => {
    expect(isAsked(reportOf('proposed', { diagnosis: diagnosed(cause, certainty) }))).toBe(expected);
  });

  it('is asked by a command that knows boundaries where one may be the cause', () => {
    const command = (cause: Diagnosis['cause']) =>
      reportOf('advised', { diagnosis: diagnosed(cause, 'likely') }).remedies.find(startingWith('Ask the Policy'))
        ?.text;
    expect(command('access-boundary')).toMatch(/^gcloud beta policy-intelligence /);
    expect(command('missing-role')).toMatch(/^gcloud policy-intelligence /);
  });

  it('is not asked about callers whom it does not know', () => {
    const pool = 'principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/kim@example.com';
    const diagnosis = diagnosed('unknown', 'unknown');
    for (const caller of [
      { principalSubject: pool },
      { principalSubject: 'serviceAccount:acme-ml.svc.id.goog[ns/app]' },
    ])
      expect(isAsked(reportOf('advised', { diagnosis, change: null }, denialBy(caller)))).toBe(false);
    expect(isAsked(reportOf('advised', { diagnosis, change: null }, denialBy(asUser('alice@example.com'))))).toBe(true);
  });

  it('is opened by the link that Google made for the call, where there is one', () => {
    const troubleshooterLink = 'https://console.cloud.google.com/iam-admin/troubleshooter/summary;errorId=abc';
    const denial = { ...denialBy(), troubleshooterLink };
    const report = reportOf('advised', { diagnosis: diagnosed('unknown', 'unknown'), change: null }, denial);
    expect(report.remedies.find(startingWith('Open the Policy'))?.link).toBe(troubleshooterLink);
  });
});

describe('advice that is a command', () => {
  const chat = asServiceAccount('chat@acme-ml.iam.gserviceaccount.com');
  const advice = (cause: Diagnosis['cause'], change: Partial<ReturnType<typeof denialBy>> = {}) =>
    reportOf('advised', { diagnosis: diagnosed(cause), change: null }, { ...denialBy(chat), ...change }).remedies;
  const error = (reason: string, metadata: Readonly<Record<string, string>> = {}) => ({
    errors: [{ reason, domain: 'googleapis.com', metadata: new Map(Object.entries(metadata)) }],
  });

  it('enables the API that the error names, in the project that it names', () => {
    const named = { service: 'aiplatform.googleapis.com', consumer: 'projects/acme-quota' };
    expect(advice('service-disabled', error('SERVICE_DISABLED', named))[0]?.text).toBe(
      "gcloud services enable 'aiplatform.googleapis.com' --project='acme-quota'",
    );
    const hostile = { service: 'x; rm -rf /', consumer: 'projects/My First Project' };
    expect(advice('service-disabled', error('SERVICE_DISABLED', hostile))[0]?.text).toBe(
      "gcloud services enable 'aiplatform.googleapis.com' --project='acme-ml'",
    );
  });

  it('sets the quota project where none was named', () => {
    const [first] = advice('quota-project', error('SERVICE_DISABLED', { consumer: 'projects/32555940559' }));
    expect(first?.text).toBe("gcloud auth application-default set-quota-project 'acme-ml'");
  });

  it('lets the caller use the quota project that was refused', () => {
    const [first] = advice('quota-project', error('USER_PROJECT_DENIED', { consumer: 'projects/acme-quota' }));
    expect(first?.text).toContain("add-iam-policy-binding 'acme-quota'");
    expect(first?.text).toContain("--role='roles/serviceusage.serviceUsageConsumer'");
    const refused = { permissions: ['serviceusage.services.use'], errors: [] };
    expect(advice('quota-project', refused)[0]?.text).toContain("add-iam-policy-binding 'acme-ml'");
  });

  it('enables a service account in the project that it lives in', () => {
    expect(advice('account-disabled')[1]?.text).toBe(
      "gcloud iam service-accounts enable 'chat@acme-ml.iam.gserviceaccount.com' --project='acme-ml'",
    );
  });

  it('looks a constraint up only when it has the name of one', () => {
    const violation = (constraint: string) => ({ policyViolations: [{ constraint, value: null, text: '' }] });
    expect(advice('organization-policy', violation('constraints/vertexai.allowedModels'))[1]?.text).toBe(
      "gcloud org-policies describe 'vertexai.allowedModels' --effective --project='acme-ml'",
    );
    expect(advice('organization-policy', violation("constraints/'$(id)'")).map(({ kind }) => kind)).toEqual([
      'note',
      'console',
    ]);
  });
});

describe('a later report about a grant', () => {
  const granted = reportOf('applied');
  const follow = (turn: 'gone' | 'did-not-help' | 'undone') =>
    followUpReport(granted, { turn, by: null }, { ...INCIDENT, lastAt: '2026-11-24T09:00:00Z' }, AT);

  it('that is gone says how to grant it again, and that the policy was not read for it', () => {
    const report = follow('gone');
    expect(titles(report)).toEqual(expect.arrayContaining(['Who removes it', 'Grant it with gcloud']));
    expect(report.remedies.find(startingWith('What the role'))?.text).toMatch(/holds \d+ permissions/);
    expect(report.remedies.find(startingWith('What else'))?.text).toContain('was not read');
  });

  it('that did not help asks the Policy Troubleshooter first', () => {
    expect(titles(follow('did-not-help'))[0]).toBe('Open the Policy Troubleshooter');
  });

  it('links the refusals of the incident as it is by then', () => {
    for (const turn of ['gone', 'did-not-help', 'undone'] as const)
      expect(follow(turn).remedies.at(-1)?.link).toContain(encodeURIComponent('2026-11-24T09:00:00Z'));
  });
});

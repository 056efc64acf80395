import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expiryCondition, expiryTime } from '../../src/iam/grant-expiry.ts';
import type { Binding } from '../../src/iam/policy.ts';
import { parseMember } from '../../src/iam/principal.ts';
import { type LocalCloud, startLocalCloud } from '../../src/local/local-cloud.ts';
import { parseWorld } from '../../src/local/world.ts';
import type { Change } from '../../src/remediation/change.ts';
import { buildReport } from '../../src/report/build-report.ts';
import type { Outcome, Report } from '../../src/report/report.ts';
import { denialBy } from '../fixtures/case.ts';
import { intentFor } from '../fixtures/intent.ts';
import { type GcloudShell, hasGcloud, openGcloudShell } from '../gcloud-shell.ts';
import { commandOf } from '../report-commands.ts';

const ROLE = 'roles/aiplatform.user';
const ALICE = 'user:alice@example.com';
const CHAT = 'serviceAccount:chat@acme-ml.iam.gserviceaccount.com';
const WORKLOAD =
  'principal://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/github/subject/repo:acme/site:ref:refs/heads/main';
/** As much as a subject may hold that a shell, gcloud's filters or its lists could read as more than text. */
const HOSTILE =
  'principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/a,b|c~d#e%24%28id%29=+:/@--role=roles/owner';
const YEAR_END = Date.parse('2026-12-31T23:59:59Z');
const UNTIL_2027 = { title: 'until_2027', expression: 'request.time < timestamp("2027-01-01T00:00:00Z")' };

const project = (projectId: string, number: number, bindings: readonly object[]) => ({
  projectId,
  projectNumber: String(number),
  parent: '',
  policy: { bindings: [{ role: 'roles/owner', members: ['user:olivia@example.com'] }, ...bindings] },
});
const world = {
  organization: { name: 'organizations/123456789012' },
  folders: [],
  projects: [
    project('acme-plain', 100000001, [{ role: 'roles/viewer', members: [CHAT] }]),
    project('acme-timed', 100000002, [{ role: ROLE, members: [ALICE] }]),
    project('acme-pools', 100000003, [{ role: ROLE, members: [ALICE, CHAT] }]),
    project('acme-conditions', 100000004, [
      { role: ROLE, members: [CHAT], condition: UNTIL_2027 },
      { role: 'roles/viewer', members: [ALICE] },
      { role: ROLE, members: [ALICE], condition: { ...UNTIL_2027, description: 'with, a comma; and "quotes"' } },
    ]),
    project('acme-conflict', 100000005, []),
    project('example.com:acme-old', 100000006, []),
  ],
  explanations: [
    {
      principal: CHAT,
      project: 'acme-ml',
      permission: 'aiplatform.endpoints.predict',
      denied: 'deny-policy',
      policy: 'policies/no-models',
    },
  ],
};

function changeFor(projectId: string, member: string, expiresAt: number | null = null): Change {
  return {
    project: projectId,
    role: ROLE,
    member,
    condition: expiresAt === null ? null : expiryCondition(expiresAt, 'abc123'),
    expiresAt: expiresAt === null ? null : expiryTime(expiresAt),
  };
}

function reportOf(change: Change, kind: Outcome['kind']): Report {
  const at = '2026-11-24T02:14:10.000Z';
  return buildReport({
    denial: denialBy(),
    intent: intentFor({ change }),
    outcome: { kind },
    incident: { id: 'i-1', repeats: 0, firstAt: at, lastAt: at },
    at,
  });
}

const isInstalled = hasGcloud();

describe.skipIf(!isInstalled)('the commands of a report, run by a real gcloud', () => {
  let cloud: LocalCloud;
  let shell: GcloudShell;

  beforeAll(async () => {
    const reading = parseWorld(world);
    if (reading.kind === 'issues') throw new Error(JSON.stringify(reading.issues));
    const conflicts = new Set(['projects/acme-conflict']);
    cloud = await startLocalCloud(reading.world, {
      delayMilliseconds: 0,
      faultFor: ({ method, resource }) =>
        method === 'SetIamPolicy' && conflicts.delete(resource)
          ? { code: 10, message: 'There were concurrent policy changes.', when: 'before' }
          : null,
    });
    const troubleshooter = `http://${cloud.environment.GUESTLIST_TROUBLESHOOTER_ENDPOINT}/`;
    shell = openGcloudShell({ cloudresourcemanager: cloud.restEndpoint, policytroubleshooter: troubleshooter });
  });

  afterAll(async () => {
    shell.close();
    await cloud.stop();
  });

  const bindingsIn = (projectId: string) => cloud.state.policy(`projects/${projectId}`)?.bindings ?? [];

  async function succeed(command: string): Promise<string> {
    const result = await shell.run(command);
    expect(result).toEqual(expect.objectContaining({ status: 0 }));
    return result.out;
  }

  /** Grants and takes back by the printed commands; gives the bindings after the grant and at the end. */
  async function roundTrip(change: Change, check: (printed: string) => void = () => {}) {
    const proposed = reportOf(change, 'proposed');
    await succeed(commandOf(proposed, 'Grant it with gcloud'));
    const granted = bindingsIn(change.project);
    if (check.length > 0) check(await succeed(commandOf(proposed, 'Check with gcloud')));
    const undo = reportOf(change, 'applied').undo?.gcloud ?? '';
    expect(undo).toBe(commandOf(proposed, 'Take it back with gcloud'));
    await succeed(undo);
    return { granted, end: bindingsIn(change.project) };
  }

  const withBinding = (before: readonly Binding[], binding: Binding) => [...before, binding];

  it.concurrent('grant for good, whatever the case of the address, and take exactly that back', async () => {
    const before = bindingsIn('acme-plain');
    const change = changeFor('acme-plain', 'serviceAccount:Chat@Acme-ML.iam.gserviceaccount.com');
    const { granted, end } = await roundTrip(change, (printed) => expect(printed).toContain(CHAT));
    expect(granted).toEqual(withBinding(before, { role: ROLE, members: [CHAT], condition: null }));
    expect(end).toEqual(before);
  }, 120_000);

  it.concurrent('grant for a time, and leave the same role of the member without an end', async () => {
    const before = bindingsIn('acme-timed');
    const change = changeFor('acme-timed', ALICE, YEAR_END);
    const { granted, end } = await roundTrip(change, (printed) =>
      expect(printed.split('\n').filter((line) => line.includes(ALICE))).toEqual([
        expect.not.stringContaining('request.time'),
        expect.stringContaining(change.condition?.expression ?? ''),
      ]),
    );
    expect(granted).toEqual(withBinding(before, { role: ROLE, members: [ALICE], condition: change.condition }));
    expect(end).toEqual(before);
  }, 120_000);

  it.concurrent('threat: grant to members of pools, one of them hostile to look at, and to nobody else', async () => {
    const before = bindingsIn('acme-pools');
    for (const member of [WORKLOAD, HOSTILE]) {
      expect(parseMember(member).member).toBe(member);
      const { granted, end } = await roundTrip(changeFor('acme-pools', member), (printed) =>
        expect(printed.split('\n').filter((line) => line.startsWith(ROLE))).toEqual([expect.stringContaining(member)]),
      );
      expect(granted).toEqual([before[0], { role: ROLE, members: [ALICE, CHAT, member], condition: null }]);
      expect(end).toEqual(before);
    }
  }, 240_000);

  it.concurrent('work without a terminal where the policy holds conditions already', async () => {
    const before = bindingsIn('acme-conditions');
    const { granted, end } = await roundTrip(changeFor('acme-conditions', ALICE));
    expect(granted).toEqual(withBinding(before, { role: ROLE, members: [ALICE], condition: null }));
    expect(end).toEqual(before);
    const timed = await roundTrip(changeFor('acme-conditions', CHAT, YEAR_END));
    expect(timed.granted).toHaveLength(before.length + 1);
    expect(timed.end).toEqual(before);
  }, 240_000);

  it.concurrent('end in a conflict with exit code 1 and nothing written, and work when run again, as the report says', async () => {
    const before = bindingsIn('acme-conflict');
    const change = changeFor('acme-conflict', ALICE);
    const report = reportOf(change, 'proposed');
    const command = commandOf(report, 'Grant it with gcloud');
    const first = await shell.run(command);
    expect(first.status).toBe(1);
    expect(first.err).toContain('There were concurrent policy changes');
    expect(bindingsIn('acme-conflict')).toEqual(before);
    expect(commandOf(report, 'If gcloud reports a conflict')).toContain('Run the same command again');
    await succeed(command);
    expect(bindingsIn('acme-conflict')).toEqual(withBinding(before, { role: ROLE, members: [ALICE], condition: null }));
    await succeed(command);
    expect(bindingsIn('acme-conflict')).toHaveLength(before.length + 1);
  }, 120_000);

  it.concurrent('find a project whose id holds a domain', async () => {
    const before = bindingsIn('example.com:acme-old');
    const { granted, end } = await roundTrip(changeFor('example.com:acme-old', ALICE));
    expect(granted).toHaveLength(before.length + 1);
    expect(end).toEqual(before);
  }, 120_000);

  it.concurrent('ask the Policy Troubleshooter about the call', async () => {
    const intent = intentFor({
      change: null,
      diagnosis: { cause: 'deny-policy', certainty: 'likely', summary: '', evidence: [] },
    });
    const at = '2026-11-24T02:14:10.000Z';
    const incident = { id: 'i-1', repeats: 0, firstAt: at, lastAt: at };
    const report = buildReport({ denial: denialBy(), intent, outcome: { kind: 'advised' }, incident, at });
    expect(await succeed(commandOf(report, 'Ask the Policy Troubleshooter'))).toContain('policies/no-models');
  }, 120_000);
});

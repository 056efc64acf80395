import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { closeServer, createJsonServer, type JsonRequest, listenOnLoopback } from '../../src/local/json-server.ts';
import { buildReport } from '../../src/report/build-report.ts';
import type { Report } from '../../src/report/report.ts';
import { denialBy } from '../fixtures/case.ts';
import { intentFor } from '../fixtures/intent.ts';
import { perimeterViolation } from '../fixtures/perimeter.ts';
import { type GcloudShell, hasGcloud, openGcloudShell } from '../gcloud-shell.ts';
import { commandOf, gcloudShapes } from '../report-commands.ts';

const APIS = [
  'accesscontextmanager',
  'apikeys',
  'cloudbilling',
  'cloudresourcemanager',
  'iam',
  'orgpolicy',
  'policytroubleshooter',
  'serviceusage',
];
const PRESENT = [
  {
    title: 'there: already',
    ingressFrom: { identities: ['user:a@example.com'], sources: [{ accessLevel: '*' }] },
    ingressTo: { resources: ['*'], operations: [{ serviceName: 'storage.googleapis.com' }] },
  },
];
const PERIMETER = {
  name: 'accessPolicies/987654/servicePerimeters/models',
  title: 'models',
  status: { ingressPolicies: PRESENT },
};

function perimeterReport(violation: Parameters<typeof perimeterViolation>[0]): Report {
  const at = '2026-11-24T02:14:10.000Z';
  return buildReport({
    denial: denialBy(),
    intent: intentFor({
      diagnosis: { cause: 'service-perimeter', certainty: 'certain', summary: '', evidence: [] },
      change: null,
      perimeter: perimeterViolation(violation),
    }),
    outcome: { kind: 'advised' },
    incident: { id: 'i-1', repeats: 0, firstAt: at, lastAt: at },
    at,
  });
}

/** The golden reports of all scenarios. */
function goldenReports(): readonly Report[] {
  const root = 'test/scenarios';
  const folders = readdirSync(root, { withFileTypes: true }).filter((file) => file.isDirectory());
  return folders.flatMap(({ name }) => JSON.parse(readFileSync(join(root, name, 'reports.json'), 'utf8')));
}

// Bindings and perimeters have tests of their own that say more; signing in wants a browser.
function isRunElsewhere(command: string): boolean {
  return /^gcloud projects \S+-iam-policy|^gcloud access-context-manager|login$/.test(command);
}

const isInstalled = hasGcloud();

describe.skipIf(!isInstalled)('the commands that reports advise, run by a real gcloud', () => {
  const requests: JsonRequest[] = [];
  let google: Server;
  let shell: GcloudShell;

  beforeAll(async () => {
    google = createJsonServer(async (request) => {
      requests.push(request);
      if (request.path.includes('/operations/')) return { name: 'operations/1', done: true, response: {} };
      if (request.method !== 'GET') return { name: 'operations/1', done: true };
      return request.path.includes('/servicePerimeters/') ? PERIMETER : {};
    });
    const url = `http://127.0.0.1:${await listenOnLoopback(google)}/`;
    shell = openGcloudShell(Object.fromEntries(APIS.map((api) => [api, url])));
  });

  afterAll(async () => {
    shell.close();
    await closeServer(google);
  });

  /** Follows the three steps, as a person does; gives the rules that gcloud then writes. */
  async function followSteps(report: Report, direction: 'ingress' | 'egress'): Promise<readonly unknown[]> {
    expect((await shell.run(commandOf(report, '1. Save'))).status).toBe(0);
    appendFileSync(join(shell.folder, `${direction}.yaml`), `${commandOf(report, '2. Add this rule')}\n`);
    expect((await shell.run(commandOf(report, '3. Put'))).status).toBe(0);
    const patch = requests.findLast(({ method }) => method === 'PATCH');
    const { status } = JSON.parse(JSON.stringify(patch?.body));
    return status[`${direction}Policies`];
  }

  it('add an ingress rule to a perimeter, and keep the rules that it has', async () => {
    const report = perimeterReport({ direction: 'ingress', target: 'projects/444455556666', source: 'projects/55556' });
    const [rule] = parse(commandOf(report, '2. Add this rule'));
    expect(await followSteps(report, 'ingress')).toEqual([...PRESENT, rule]);
    expect(rule.ingressFrom.sources).toEqual([{ resource: 'projects/55556' }]);
  }, 120_000);

  it('add an egress rule for a bucket outside Google Cloud, to a perimeter without egress rules', async () => {
    const report = perimeterReport({ direction: 'egress', target: 's3://acme-models/weights' });
    const [rule] = parse(commandOf(report, '2. Add this rule'));
    expect(await followSteps(report, 'egress')).toEqual([rule]);
    expect(rule.egressTo.externalResources).toEqual(['s3://acme-models']);
  }, 120_000);

  it('are understood, each kind of them that the scenarios show', async () => {
    const shapes = gcloudShapes(goldenReports()).filter((command) => !isRunElsewhere(command));
    expect(shapes.length).toBeGreaterThan(10);
    const misread: unknown[] = [];
    for (const command of shapes) {
      const { status, err } = await shell.run(command);
      // gcloud ends with 2 where it does not understand its arguments, and tells of required ones in words.
      if (status === 2 || /unrecognized|Invalid choice|Failed to find attribute|must be specified/.test(err))
        misread.push({ command, status, err });
    }
    expect(misread).toEqual([]);
  }, 240_000);
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import reportSchema from '../../src/report/report.schema.json' with { type: 'json' };
import { at, keysAt } from './at.ts';
import { readFolder } from './configuration.ts';
import { passes } from './filter/match-filter.ts';
import { parseFilter } from './filter/parse-filter.ts';
import { CONSOLE_ACCOUNT, RUN_ACCOUNT, renderOwnWritesFilter, renderTemplate } from './filter/render-template.ts';

const deployed = await readFolder('deploy');
const events = new Set(
  [...readFileSync('src/event-log.ts', 'utf8').matchAll(/event: '([a-z-]+)'/g)].map((match) => match[1]),
);
const alerts = readFileSync('deploy/alerts.tf', 'utf8');

/** Terraform makes the same of them (terraform.test.ts compares sinks and reads metrics). */
const SHAPES = {
  'without a console': { accounts: [RUN_ACCOUNT], services: ['remediate', 'sweep'], marks: 'incident|sweep' },
  'with a console': {
    accounts: [RUN_ACCOUNT, CONSOLE_ACCOUNT],
    services: ['remediate', 'sweep', 'console'],
    marks: 'incident|sweep|undo',
  },
};

function filterOf(metric: string, shape: keyof typeof SHAPES = 'without a console') {
  const filter = at(deployed.locals, 'metrics', metric, 'filter');
  const { accounts, services, marks } = SHAPES[shape];
  return parseFilter(
    renderTemplate(String(filter), {
      'trimspace(local.own_writes_filter)': renderOwnWritesFilter(deployed, accounts),
      'local.own_services': services.map((name) => `resource.labels.service_name="guestlist-${name}"`).join(' OR '),
      'local.own_marks': marks,
      'var.name': 'guestlist',
      'var.project_id': 'acme-guestlist',
      'var.role': 'roles/aiplatform.user',
    }),
  );
}

describe('the alerts', () => {
  it('look for events that the code has', () => {
    const named = [...alerts.matchAll(/event=\\?"([a-z-]+)\\?"/g)].map((match) => match[1]);
    expect(named).toEqual(expect.arrayContaining(['message-quarantined', 'sweep-done', 'denial-reported']));
    expect(named.filter((name) => !events.has(name ?? ''))).toEqual([]);
  });

  it('look for outcomes that reports have', () => {
    const outcomes: readonly string[] = reportSchema.properties.outcome.properties.kind.enum;
    const named = [...alerts.matchAll(/outcome=(?:monitoring\.regex\.full_match\()?\\?"([a-z|-]+)\\?"/g)];
    const kinds = named.flatMap((match) => match[1]?.split('|') ?? []);
    expect(kinds).toEqual(expect.arrayContaining(['refused', 'failed', 'applied']));
    expect(kinds.filter((kind) => !outcomes.includes(kind))).toEqual([]);
  });
});

describe('the metrics', () => {
  it('read labels that reports carry', () => {
    const channel = readFileSync('src/google/logging-channel.ts', 'utf8');
    const labels = keysAt(deployed.locals, 'metrics', 'reports', 'labels');
    const read = labels.map((label) =>
      String(at(deployed.locals, 'metrics', 'reports', 'labels', label)).slice('labels.'.length),
    );
    expect(read.filter((label) => !channel.includes(`${label}:`))).toEqual([]);
    expect(read).toHaveLength(3);
  });

  it.each([
    ['without a console', [true, true, false, false]],
    ['with a console', [true, true, true, false]],
  ] as const)('count events of all that runs %s, and nothing that another service says', (shape, expected) => {
    const line = (service: string) => ({
      resource: { type: 'cloud_run_revision', labels: { service_name: service } },
      jsonPayload: { event: 'sweep-done' },
    });
    const filter = filterOf('events', shape);
    const services = ['guestlist-remediate', 'guestlist-sweep', 'guestlist-console', 'other'];
    expect(services.map((name) => passes(line(name), filter))).toEqual(expected);
  });

  it('count reports by their labels', () => {
    const logName = 'projects/acme-guestlist/logs/guestlist';
    const filter = filterOf('reports');
    expect(passes({ logName, labels: { guestlist_outcome: 'applied' } }, filter)).toBe(true);
    expect(passes({ logName, labels: { guestlist_digest: 'd-1' } }, filter)).toBe(false);
  });
});

describe('the request reasons that the alerts know', () => {
  it.each([
    ['src/remediation/apply-changes.ts', 'incident'],
    ['src/sweep/end-grants.ts', 'sweep'],
    ['src/undo-grant.ts', 'undo'],
  ])('are those of the code: %s writes in the name of %s', (file, mark) => {
    expect(readFileSync(file, 'utf8')).toContain(`\`guestlist ${mark} $`);
    expect(String(deployed.locals.own_marks)).toContain(`"${mark}"`);
  });
});

describe('the metric of new allowlists', () => {
  const added = (secret: string) => ({
    logName: 'projects/acme-guestlist/logs/cloudaudit.googleapis.com%2Factivity',
    protoPayload: {
      methodName: 'google.cloud.secretmanager.v1.SecretManagerService.AddSecretVersion',
      resourceName: `projects/111122223333/secrets/${secret}`,
    },
  });

  it('counts versions of the allowlist, and not those of other secrets', () => {
    const filter = filterOf('allowlist-versions');
    expect(passes(added('guestlist-allowlist'), filter)).toBe(true);
    expect(passes(added('guestlist-slack'), filter)).toBe(false);
  });
});

describe("the metrics of Guestlist's own writes", () => {
  const INCIDENT = 'guestlist incident i-0123456789abcdef01234567';
  const UNDO = 'guestlist undo g-0123456789abcdef incident i-0123456789abcdef01234567';
  const GRANT = { action: 'ADD', role: 'roles/aiplatform.user', member: 'user:ada@example.com' };
  const counts = (entry: object, shape?: keyof typeof SHAPES) =>
    ['incident-writes', 'unmarked-writes', 'unexpected-grants'].filter((metric) =>
      passes(entry, filterOf(metric, shape)),
    );

  it.each([
    ['a grant for an incident', write({}), ['incident-writes']],
    ['a sweep', write({ reason: 'guestlist sweep g-1' }), []],
    ['a write that gives no reason', write({ reason: null }), ['unmarked-writes']],
    ['a write that gives another reason', write({ reason: 'not guestlist incident' }), ['unmarked-writes']],
    ['another role', write({ deltas: [{ ...GRANT, role: 'roles/owner' }] }), ['incident-writes', 'unexpected-grants']],
    [
      'another role beside the one',
      write({ deltas: [GRANT, { ...GRANT, role: 'roles/owner' }] }),
      ['incident-writes', 'unexpected-grants'],
    ],
    [
      'a group',
      write({ deltas: [{ ...GRANT, member: 'group:all@example.com' }] }),
      ['incident-writes', 'unexpected-grants'],
    ],
    ['everybody', write({ deltas: [{ ...GRANT, member: 'allUsers' }] }), ['incident-writes', 'unexpected-grants']],
    ['a write that was refused', write({ reason: null, code: 7 }), []],
    ['somebody else', write({ email: 'ada@example.com', reason: null }), []],
    [
      'audit settings',
      write({ deltas: [], audit: [{ logType: 'DATA_READ' }] }),
      ['incident-writes', 'unexpected-grants'],
    ],
  ])('count %s', (_title, entry, expected) => {
    expect(counts(entry)).toEqual(expected);
  });

  it('take an undo for a break-in without a console, for the command line undoes as a person', () => {
    expect(counts(write({ reason: UNDO }))).toEqual(['unmarked-writes']);
    expect(counts(write({ reason: UNDO }), 'with a console')).toEqual([]);
  });

  it.each([
    ['an approval', {}, ['incident-writes']],
    ['an undo', { reason: UNDO }, []],
    ['a write that gives no reason', { reason: null }, ['unmarked-writes']],
    ['a group', { deltas: [{ ...GRANT, member: 'group:all@example.com' }] }, ['incident-writes', 'unexpected-grants']],
  ])('count what the console writes, where there is one: %s', (_title, change, expected) => {
    const entry = write({ ...change, email: CONSOLE_ACCOUNT });
    expect(counts(entry, 'with a console')).toEqual(expected);
    expect(counts(entry)).toEqual([]);
  });

  interface Write {
    readonly email?: string;
    readonly reason?: string | null;
    readonly code?: number;
    readonly deltas?: readonly object[];
    readonly audit?: readonly object[];
  }

  function write({ email = RUN_ACCOUNT, reason = INCIDENT, code, deltas = [GRANT], audit }: Write) {
    const policyDelta = { bindingDeltas: deltas, ...(audit === undefined ? {} : { auditConfigDeltas: audit }) };
    return {
      logName: 'projects/acme-ml/logs/cloudaudit.googleapis.com%2Factivity',
      protoPayload: {
        serviceName: 'cloudresourcemanager.googleapis.com',
        methodName: 'SetIamPolicy',
        authenticationInfo: { principalEmail: email },
        requestMetadata: { requestAttributes: reason === null ? {} : { reason } },
        status: code === undefined ? {} : { code },
        serviceData: { policyDelta },
      },
    };
  }
});

import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isRecord } from '../../src/ingest/fields.ts';
import { asServiceAccount, asUser, deniedCall } from '../../src/local/demo/demo-entries.ts';
import { demoSteps } from '../../src/local/demo/demo-steps.ts';
import { linesOf } from '../../src/remediation/policy-diff.ts';
import reportSchema from '../../src/report/report.schema.json' with { type: 'json' };
import {
  ALLOW_ALL_OF_SANDBOX,
  gist,
  LOG,
  membersOf,
  openStage,
  post,
  push,
  reportsIn,
  type Stage,
  theWorld,
} from './stage.ts';

const validate = new Ajv2020({ allErrors: true }).compile(reportSchema);
const app = (name: string) => asServiceAccount(`${name}@acme-ml.iam.gserviceaccount.com`);
const member = (name: string) => `serviceAccount:${name}@acme-ml.iam.gserviceaccount.com`;
const denialOf = (name: string, insertId = `id-${name}`, project = 'acme-ml') =>
  JSON.stringify(deniedCall({ insertId, project, caller: app(name) }));

describe('the function under the functions framework, with the real Google clients', () => {
  let stage: Stage;
  let port = 0;
  beforeAll(async () => {
    stage = await openStage();
    port = stage.instances[0]?.port ?? 0;
  });
  afterAll(() => stage.stop());

  it('threat: reads nothing of a body that would grow when it is inflated', async () => {
    const body = gzipSync(JSON.stringify({ message: { data: 'A'.repeat(50_000_000) } }));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    await expect(fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body })).rejects.toThrow();
    expect(await push(port, denialOf('after-the-bomb'))).toBe(204);
  });

  it('grants the role that a rule allows, keeps every foreign binding, and reports it', async () => {
    const before = theWorld().projects[0]?.policy;
    expect(await push(port, denialOf('first'))).toBe(204);
    const after = stage.cloud.state.policy('projects/acme-ml');
    expect(after === null ? [] : linesOf(after)).toEqual(
      expect.arrayContaining([...(before ? linesOf(before) : []), `roles/aiplatform.user  ${member('first')}`]),
    );
    expect(after?.auditConfigs).toEqual(before?.auditConfigs);
    const report = reportsIn(stage.cloud).at(-1) ?? {};
    expect(gist(report)).toBe('missing-role apply applied');
    expect(report.undo).toEqual(
      expect.objectContaining({ gcloud: expect.stringContaining('remove-iam-policy-binding') }),
    );
  });

  it('names the incident in the request reason of its write', () => {
    const write = stage.cloud.state.writes.at(-1);
    const incident = reportsIn(stage.cloud).at(-1)?.incident;
    expect(write?.requestReason).toBe(`guestlist incident ${isRecord(incident) ? incident.id : ''}`);
  });

  it('does nothing for the same entry a second time', async () => {
    const writes = stage.cloud.state.writes.length;
    const reports = reportsIn(stage.cloud).length;
    expect(await push(port, denialOf('first'))).toBe(204);
    expect(stage.cloud.state.writes.length).toBe(writes);
    expect(reportsIn(stage.cloud).length).toBe(reports);
  });

  it('understands the Eventarc form, structured and binary', async () => {
    const data = {
      message: { data: Buffer.from(denialOf('eventarc')).toString('base64'), messageId: '7' },
      subscription: 's',
    };
    const type = 'google.cloud.pubsub.topic.v1.messagePublished';
    const event = { specversion: '1.0', type, source: '//pubsub.googleapis.com/projects/p/topics/t', id: '7', data };
    expect(await post(port, event, { 'content-type': 'application/cloudevents+json' })).toBe(204);
    expect(membersOf(stage.cloud, 'acme-ml')).toContain(member('eventarc'));
    const binary = {
      message: { data: Buffer.from(denialOf('binary')).toString('base64'), messageId: '8' },
      subscription: 's',
    };
    const headers = {
      'ce-specversion': '1.0',
      'ce-type': type,
      'ce-source': '//pubsub.googleapis.com/projects/p/topics/t',
      'ce-id': '8',
    };
    expect(await post(port, binary, headers)).toBe(204);
    expect(membersOf(stage.cloud, 'acme-ml')).toContain(member('binary'));
  });

  it('writes reports that fit the published schema', () => {
    const reports = reportsIn(stage.cloud).map(({ message: _message, ...report }) => report);
    expect(reports.length).toBeGreaterThanOrEqual(3);
    for (const report of reports) expect(validate(report) ? [] : validate.errors).toEqual([]);
  });

  it.each([
    ['a message without data', { message: { attributes: { a: 'b' }, messageId: '1' }, subscription: 's' }],
    ['data that is not base64', { message: { data: '§§§', messageId: '2' }, subscription: 's' }],
    [
      'data that is not JSON',
      { message: { data: Buffer.from('not json').toString('base64'), messageId: '3' }, subscription: 's' },
    ],
    ['a list', { message: { data: Buffer.from('[1]').toString('base64'), messageId: '4' }, subscription: 's' }],
    [
      'an entry without an audit payload',
      { message: { data: Buffer.from('{"textPayload":"x"}').toString('base64'), messageId: '5' }, subscription: 's' },
    ],
    [
      'deep nesting',
      {
        message: {
          data: Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`).toString('base64'),
          messageId: '6',
        },
        subscription: 's',
      },
    ],
    [
      'a wrong type',
      {
        message: {
          data: Buffer.from(denialOf('x').replace('"code":7', '"code":"7"')).toString('base64'),
          messageId: '9',
        },
        subscription: 's',
      },
    ],
  ])('keeps %s whole, with the reason, and acknowledges it', async (_name, body) => {
    const writes = stage.cloud.state.writes.length;
    expect(await post(port, body)).toBe(204);
    const kept = stage.cloud.log.shown(LOG).at(-1);
    expect(kept?.severity).toBe('ERROR');
    expect(kept?.payload).toEqual(
      expect.objectContaining({ reason: expect.stringMatching(/./), raw: expect.stringMatching(/./) }),
    );
    expect(stage.cloud.state.writes.length).toBe(writes);
  });

  it('keeps a message of 10 MB whole, in parts that a log entry can hold', async () => {
    const text = `{"protoPayload":"${'x'.repeat(10_000_000)}"}`;
    expect(await push(port, text)).toBe(204);
    const kept = stage.cloud.log.shown(LOG);
    const parts = kept.filter(
      (entry) => entry.labels.guestlist_quarantine === kept.at(-1)?.labels.guestlist_quarantine,
    );
    const raw = parts.map(({ payload }) => (isRecord(payload) ? String(payload.raw) : '')).join('');
    expect(parts.length).toBeGreaterThan(100);
    expect(raw === text).toBe(true);
  });

  it.each([
    ['quotes in the address', { principalEmail: `o'x"@example.com`, principalSubject: `user:o'x"@example.com` }],
    ['a newline in the address', { principalEmail: 'a@example.com\nb', principalSubject: 'user:a@example.com\nb' }],
    ['a prototype key', JSON.parse('{"__proto__":{"principalEmail":"chat@acme-ml.iam.gserviceaccount.com"}}')],
  ])('never grants to %s', async (_name, caller: Readonly<Record<string, unknown>>) => {
    const writes = stage.cloud.state.writes.length;
    expect(await push(port, JSON.stringify(deniedCall({ insertId: `bad-${_name}`, project: 'acme-ml', caller })))).toBe(
      204,
    );
    expect(gist(reportsIn(stage.cloud).at(-1) ?? {})).toBe('caller-withheld advise advised');
    expect(stage.cloud.state.writes.length).toBe(writes);
  });

  it('threat: never grants on a resource name that lies about its project', async () => {
    const entry = deniedCall({ insertId: 'liar', project: 'acme-ml', caller: app('liar') });
    const lying = { ...entry, logName: 'projects/acme-pay/logs/cloudaudit.googleapis.com%2Fdata_access' };
    expect(await push(port, JSON.stringify(lying))).toBe(204);
    expect(gist(reportsIn(stage.cloud).at(-1) ?? {})).toBe('missing-role propose proposed');
    expect(membersOf(stage.cloud, 'acme-ml')).not.toContain(member('liar'));
  });

  it.each([
    ['mode: propose', ALLOW_ALL_OF_SANDBOX.replace('mode: apply', 'mode: propose')],
    ['an added forbid rule', `${ALLOW_ALL_OF_SANDBOX}  - id: stop\n    effect: forbid\n    projects: [acme-ml]\n`],
    ['a file that is broken', `${ALLOW_ALL_OF_SANDBOX}surprise: true\n`],
  ])('follows the allowlist while it runs: %s stops the very next grant', async (name, allowlist) => {
    writeFileSync(stage.allowlistPath, allowlist);
    const caller = `switched-${name.replaceAll(/[^a-z]/g, '')}`;
    expect(await push(port, denialOf(caller))).toBe(204);
    expect(gist(reportsIn(stage.cloud).at(-1) ?? {})).toBe('missing-role propose proposed');
    expect(membersOf(stage.cloud, 'acme-ml')).not.toContain(member(caller));
    writeFileSync(stage.allowlistPath, ALLOW_ALL_OF_SANDBOX);
    expect(await push(port, denialOf(`${caller}-again`))).toBe(204);
    expect(membersOf(stage.cloud, 'acme-ml')).toContain(member(`${caller}-again`));
  });

  it.each([`${'a'.repeat(199)}\u{1f600}`, '\ud800', '\'"$(x)'])(
    'acts once and reports on an entry with the insert id %j',
    async (insertId) => {
      const name = `odd-${insertId.length}`;
      const entry = JSON.stringify({ ...JSON.parse(denialOf(name)), insertId });
      expect(await push(port, entry)).toBe(204);
      expect(gist(reportsIn(stage.cloud).at(-1) ?? {})).toBe('missing-role apply applied');
    },
  );

  it('keeps an entry with tens of thousands of wrong fields whole, once', async () => {
    const entry = JSON.parse(denialOf('wrong'));
    const text = JSON.stringify({
      ...entry,
      protoPayload: { ...entry.protoPayload, authorizationInfo: Array.from({ length: 100_000 }, () => 1) },
    });
    const before = stage.cloud.log.shown(LOG).length;
    expect(await push(port, text)).toBe(204);
    expect(stage.cloud.log.shown(LOG).length - before).toBeLessThan(10);
  });
});

describe('threat: a function that knows who may push', () => {
  it('answers 403 to anybody else, and does nothing', async () => {
    const stage = await openStage({
      environment: {
        GUESTLIST_PUSH_AUDIENCE: 'https://remediate-1.europe-west1.run.app',
        GUESTLIST_PUSH_ACCOUNT: 'push@acme-guestlist.iam.gserviceaccount.com',
        GUESTLIST_PUSH_KEYS_ENDPOINT: '127.0.0.1:9',
      },
    });
    try {
      const instance = stage.instances[0];
      expect(await push(instance?.port ?? 0, denialOf('stranger'))).toBe(403);
      expect(await instance?.waitForLine(0, ({ event }) => event === 'push-refused', 5_000)).toEqual(
        expect.objectContaining({ detail: 'it carries no token', severity: 'WARNING' }),
      );
      expect(reportsIn(stage.cloud)).toEqual([]);
      expect(stage.cloud.state.writes).toEqual([]);
    } finally {
      await stage.stop();
    }
  });
});

describe('the steps of the demo', () => {
  it('end as the demo tells them', async () => {
    const { readFileSync } = await import('node:fs');
    const stage = await openStage({ allowlist: readFileSync('src/local/demo/allowlist.yaml', 'utf8') });
    try {
      for (const step of demoSteps('2026-11-24T02:14:07Z')) {
        const instance = stage.instances[0];
        const from = instance?.lines.length ?? 0;
        expect(await push(instance?.port ?? 0, step.text)).toBe(204);
        const line = await instance?.waitForLine(
          from,
          ({ event }) => event !== 'function-started' && event !== 'report-delivered',
          5_000,
        );
        const said =
          step.expected.kind === 'report' ? [step.expected.cause, step.expected.outcome] : [step.expected.event];
        expect(step.expected.kind === 'report' ? [line?.cause, line?.outcome] : [line?.event]).toEqual(said);
      }
    } finally {
      await stage.stop();
    }
  });
});

describe('when Google misbehaves', () => {
  let stage: Stage | null = null;
  afterEach(async () => {
    await stage?.stop();
    stage = null;
  });

  it('tells a write whose answer was lost as applied, once', async () => {
    stage = await openStage({
      misbehaviour: {
        delayMilliseconds: 0,
        faultFor: ({ method, count }) =>
          method === 'SetIamPolicy' && count === 1 ? { code: 14, message: 'lost', when: 'after' } : null,
      },
    });
    expect(await push(stage.instances[0]?.port ?? 0, denialOf('lost'))).toBe(204);
    expect(reportsIn(stage.cloud).map(gist)).toEqual(['missing-role apply applied']);
    expect(stage.cloud.state.writes.length).toBe(1);
  });

  it('hands the message back while a channel is down, and goes on without a second grant', async () => {
    let isDown = true;
    stage = await openStage({
      misbehaviour: {
        delayMilliseconds: 0,
        faultFor: ({ method }) =>
          method === 'WriteLogEntries' && isDown ? { code: 7, message: 'down', when: 'before' } : null,
      },
    });
    const port = stage.instances[0]?.port ?? 0;
    expect(await push(port, denialOf('patient'))).toBe(500);
    expect(membersOf(stage.cloud, 'acme-ml')).toContain(member('patient'));
    isDown = false;
    expect(await push(port, denialOf('patient'))).toBe(204);
    expect(stage.cloud.state.writes.length).toBe(1);
    expect(reportsIn(stage.cloud).map(gist)).toEqual(['missing-role apply applied']);
  });

  it('reports a grant that Google refuses, and does not ask for the message again', async () => {
    stage = await openStage({
      misbehaviour: {
        delayMilliseconds: 0,
        faultFor: ({ method }) =>
          method === 'SetIamPolicy' ? { code: 9, message: 'not a permitted customer', when: 'before' } : null,
      },
    });
    expect(await push(stage.instances[0]?.port ?? 0, denialOf('outsider'))).toBe(204);
    const report = reportsIn(stage.cloud)[0] ?? {};
    expect(gist(report)).toBe('missing-role apply refused');
    expect(report.outcome).toEqual({ kind: 'refused', detail: expect.stringContaining('not a permitted customer') });
  });

  it('proposes when the policy may not be read', async () => {
    stage = await openStage({
      misbehaviour: {
        delayMilliseconds: 0,
        faultFor: ({ method, resource }) =>
          method === 'GetIamPolicy' && resource.startsWith('projects/')
            ? { code: 7, message: 'no', when: 'before' }
            : null,
      },
    });
    expect(await push(stage.instances[0]?.port ?? 0, denialOf('blind'))).toBe(204);
    expect(reportsIn(stage.cloud).map(gist)).toEqual(['missing-role propose proposed']);
  });

  it('proposes for a person, with a quoted command', async () => {
    stage = await openStage();
    const entry = deniedCall({ insertId: 'alice', project: 'acme-ml', caller: asUser('alice@example.com') });
    expect(await push(stage.instances[0]?.port ?? 0, JSON.stringify(entry))).toBe(204);
    const [report] = reportsIn(stage.cloud);
    expect(JSON.stringify(report?.remedies)).toContain("--member='user:alice@example.com'");
    expect(stage.cloud.state.writes).toEqual([]);
  });
});

describe('three instances and a burst', () => {
  it('grant exactly the right members in 100 concurrent deliveries of 20 denials, with conflicts in between', async () => {
    const stage = await openStage({
      instances: 3,
      misbehaviour: {
        delayMilliseconds: 5,
        faultFor: ({ method, count }) =>
          method === 'SetIamPolicy' && count % 3 === 0
            ? { code: 10, message: 'There were concurrent policy changes.', when: 'before' }
            : null,
      },
    });
    try {
      const names = Array.from({ length: 20 }, (_, index) => `worker-${index}`);
      const before = theWorld().projects[0]?.policy;
      const deliveries = Array.from({ length: 100 }, (_, index) => ({
        name: names[index % 20] ?? '',
        instance: index % 3,
      }));
      await Promise.all(deliveries.map(({ name, instance }) => deliverUntilTaken(stage, instance, denialOf(name))));
      const after = stage.cloud.state.policy('projects/acme-ml');
      const wanted = [
        ...(before ? linesOf(before) : []),
        ...names.map((name) => `roles/aiplatform.user  ${member(name)}`),
      ];
      expect((after ? linesOf(after) : []).toSorted()).toEqual(wanted.toSorted());
      expect(after?.auditConfigs).toEqual(before?.auditConfigs);
    } finally {
      await stage.stop();
    }
  });
});

describe('a burst of 1,000 allowed denials in one project, at concurrency 80', () => {
  it('costs at most 16 policy writes, and loses none', async () => {
    const stage = await openStage({
      misbehaviour: { delayMilliseconds: 30, faultFor: () => null },
      environment: { GUESTLIST_RECONNAISSANCE_PROJECTS: '100' },
    });
    try {
      const names = Array.from({ length: 1_000 }, (_, index) => `burst-${index}`);
      const waiting = [...names];
      const work = async (): Promise<void> => {
        for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
          await deliverUntilTaken(stage, 0, denialOf(name));
      };
      await Promise.all(Array.from({ length: 80 }, work));
      expect(new Set(membersOf(stage.cloud, 'acme-ml'))).toEqual(
        new Set([...names.map(member), 'deleted:serviceAccount:old@acme-ml.iam.gserviceaccount.com?uid=1234567890']),
      );
      expect(reportsIn(stage.cloud).map(gist)).toEqual(names.map(() => 'missing-role apply applied'));
      expect(stage.cloud.state.writes.length).toBeLessThanOrEqual(16);
    } finally {
      await stage.stop();
    }
  }, 120_000);
});

// As Pub/Sub does: anything but 2xx is delivered again.
async function deliverUntilTaken(stage: Stage, instance: number, text: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const status = await push(stage.instances[instance]?.port ?? 0, text);
    if (status >= 200 && status < 300) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the message was never taken');
}

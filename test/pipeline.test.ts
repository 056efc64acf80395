import { describe, expect, it } from 'vitest';
import { parseAllowlist } from '../src/decision/parse-allowlist.ts';
import { notReadable } from '../src/diagnosis/evidence.ts';
import type { LogEvent } from '../src/event-log.ts';
import { createCallerWatch } from '../src/ledger/caller-watch.ts';
import { createLedger } from '../src/ledger/create-ledger.ts';
import { DEFAULT_SUSPICION_LIMITS } from '../src/ledger/judge-caller.ts';
import { createMemoryStore } from '../src/ledger/memory-store.ts';
import { asServiceAccount, deniedCall, perimeterBlock } from '../src/local/demo/demo-entries.ts';
import { demoWorld } from '../src/local/demo/demo-world.ts';
import { parseWorld } from '../src/local/world.ts';
import { worldEvidence } from '../src/local/world-evidence.ts';
import { handleMessage } from '../src/pipeline.ts';
import type { Pipeline } from '../src/pipeline-ports.ts';
import { Redeliver } from '../src/redeliver.ts';
import type { Change } from '../src/remediation/change.ts';
import type { Report } from '../src/report/report.ts';
import { NO_TRACING } from '../src/tracing.ts';

const ALLOWLIST = `version: 1
organization: "123456789012"
mode: apply
rules:
  - id: sandbox
    effect: allow
    principals: ["serviceAccount:chat@acme-ml.iam.gserviceaccount.com"]
    projects: [folders/456]
    crossProject: true
`;
const chat = asServiceAccount('chat@acme-ml.iam.gserviceaccount.com');
const DENIED_AT = Date.parse('2026-11-24T02:14:07Z');

/** A pipeline over a world whose policies remember what was granted. */
function openPipeline(
  options: { readonly awaitShadow?: (pipeline: Pipeline) => Promise<void>; readonly failSend?: () => boolean } = {},
) {
  const reports: Report[] = [];
  const events: LogEvent[] = [];
  const granted: Change[] = [];
  const clock = { now: DENIED_AT + 5_000 };
  let tokens = 0;
  const ports = {
    store: createMemoryStore(),
    now: () => clock.now,
    backOff: async () => {},
    newToken: () => `token-${++tokens}`,
    leaseSeconds: 180,
  };
  const ledger = createLedger(ports);
  const pipeline: Pipeline = {
    allowlist: async () => theAllowlist(),
    identity: { kind: 'account', email: 'guestlist@acme-guestlist.iam.gserviceaccount.com', others: [] },
    evidence: { ...evidenceWith(granted), grants: ledger },
    accountPolicies: { readPolicy: async () => notReadable('not asked here') },
    ledger,
    watch: createCallerWatch(ports, DEFAULT_SUSPICION_LIMITS),
    applyChange: async ({ change }) => {
      granted.push(change);
      return { kind: 'applied', detail: null, storedAs: 'asked' };
    },
    removeBindings: async ({ bindings }) => ({ kind: 'done', removed: bindings.length }),
    awaitShadow: async () => options.awaitShadow?.(pipeline),
    channels: [
      {
        name: 'test',
        hears: 'everything',
        send: async ({ report }) => {
          if (options.failSend?.() === true) throw new Error('down');
          reports.push(report);
          return null;
        },
        sendDigest: async () => {},
      },
    ],
    tracing: NO_TRACING,
    quarantine: { store: async () => {} },
    events: { write: (event) => void events.push(event) },
    now: () => clock.now,
  };
  return { pipeline, reports, events, granted, clock };
}

function evidenceWith(granted: readonly Change[]) {
  const reading = parseWorld(demoWorld);
  if (reading.kind === 'issues') throw new Error(JSON.stringify(reading.issues));
  const ports = worldEvidence(reading.world);
  return {
    ...ports,
    policies: {
      readPolicy: async (resource: string) => {
        const found = await ports.policies.readPolicy(resource);
        if (found.kind !== 'known') return found;
        const own = granted.filter((change) => `projects/${change.project}` === resource);
        const bindings = own.map(({ role, member, condition }) => ({ role, members: [member], condition }));
        return { kind: 'known', value: { ...found.value, bindings: [...found.value.bindings, ...bindings] } } as const;
      },
    },
  };
}

function theAllowlist() {
  const reading = parseAllowlist(ALLOWLIST);
  if (reading.kind === 'issues') throw new Error(JSON.stringify(reading.issues));
  return reading.allowlist;
}

function push(entry: unknown) {
  return {
    message: { data: Buffer.from(JSON.stringify(entry)).toString('base64'), messageId: 'm' },
    subscription: 's',
  };
}

function at(entry: ReturnType<typeof deniedCall>, timestamp: string) {
  return { ...entry, timestamp };
}

describe('the way of a denial', () => {
  it('waits before a grant, and grants nothing when the record of a perimeter comes meanwhile', async () => {
    const stage = openPipeline({
      awaitShadow: async (pipeline) => handleMessage(push(perimeterBlock('p1', chat, 'enforced')), pipeline),
    });
    await handleMessage(push(deniedCall({ insertId: 'd1', project: 'acme-ml', caller: chat })), stage.pipeline);
    expect(stage.granted).toEqual([]);
    expect(stage.reports.map((report) => `${report.diagnosis.cause} ${report.outcome.kind}`)).toEqual([
      'service-perimeter advised',
      'service-perimeter advised',
    ]);
  });

  it('corrects an earlier proposal when the record of a perimeter comes later', async () => {
    const stage = openPipeline();
    await handleMessage(push(deniedCall({ insertId: 'd1', project: 'acme-pay', caller: chat })), stage.pipeline);
    await handleMessage(push(perimeterBlock('p1', chat, 'enforced')), stage.pipeline);
    const [first, second] = stage.reports;
    expect(first?.diagnosis.cause).toBe('cross-project');
    expect(second?.diagnosis.evidence.map((note) => note.source)).toContain(first?.incident.id);
  });

  it('tells a denial within minutes of its own grant as propagating, and a later one as no longer a missing role', async () => {
    const stage = openPipeline();
    await handleMessage(push(deniedCall({ insertId: 'd1', project: 'acme-ml', caller: chat })), stage.pipeline);
    const explain = { insertId: 'd2', project: 'acme-ml', caller: chat };
    const other = JSON.parse(JSON.stringify(deniedCall(explain)).replaceAll('endpoints.predict', 'endpoints.explain'));
    await handleMessage(push(at(other, '2026-11-24T02:16:00Z')), stage.pipeline);
    stage.clock.now += 20 * 60_000;
    await handleMessage(
      push(at(deniedCall({ insertId: 'd3', project: 'acme-ml', caller: chat }), '2026-11-24T02:34:00Z')),
      stage.pipeline,
    );
    expect(stage.reports.map((report) => report.diagnosis.cause)).toEqual([
      'missing-role',
      'propagating',
      'deny-policy',
    ]);
    expect(stage.granted).toHaveLength(1);
  });

  it('only counts repeats, and reports the tenth', async () => {
    const stage = openPipeline();
    for (let index = 0; index <= 10; index += 1) {
      await handleMessage(
        push(deniedCall({ insertId: `r${index}`, project: 'acme-ml', caller: chat })),
        stage.pipeline,
      );
    }
    expect(stage.reports.map((report) => report.incident.repeats)).toEqual([0, 10]);
    expect(new Set(stage.reports.map((report) => report.id)).size).toBe(2);
    expect(stage.granted).toHaveLength(1);
  });

  it('keeps no repeat waiting over a ledger in memory', async () => {
    const stage = openPipeline();
    const denial = (insertId: string) => push(deniedCall({ insertId, project: 'acme-ml', caller: chat }));
    await handleMessage(denial('r0'), stage.pipeline);
    expect(handleMessage(denial('r1'), stage.pipeline)).toBeUndefined();
    expect(
      await stage.pipeline.ledger.incidents({ by: 'newest', from: 0, until: Number.MAX_VALUE, limit: 1 }),
    ).toMatchObject([{ facts: { repeats: 1 } }]);
  });

  it('grants nothing to a caller that was refused in many projects within minutes', async () => {
    const stage = openPipeline();
    for (const [index, project] of ['acme-lab01', 'acme-lab02', 'acme-lab03', 'acme-ml'].entries()) {
      await handleMessage(push(deniedCall({ insertId: `x${index}`, project, caller: chat })), stage.pipeline);
    }
    expect(stage.reports.at(-1)?.diagnosis.cause).toBe('reconnaissance');
    expect(stage.granted).toEqual([]);
  });

  it('goes on where it stopped when a channel was down: one grant, told as applied', async () => {
    let isDown = true;
    const stage = openPipeline({ failSend: () => isDown });
    const message = push(deniedCall({ insertId: 'd1', project: 'acme-ml', caller: chat }));
    await expect(handleMessage(message, stage.pipeline)).rejects.toThrow('channel-unavailable');
    isDown = false;
    await handleMessage(message, stage.pipeline);
    expect(stage.reports.map((report) => report.outcome.kind)).toEqual(['applied']);
    expect(stage.granted).toHaveLength(1);
  });

  it('grants for a time where the rule says so, and again when that time is over', async () => {
    const timed = {
      ...theAllowlist(),
      rules: theAllowlist().rules.map((rule) => ({ ...rule, expiresAfterMilliseconds: 3_600_000 })),
    };
    const stage = openPipeline();
    const pipeline: Pipeline = { ...stage.pipeline, allowlist: async () => timed };
    await handleMessage(push(deniedCall({ insertId: 'd1', project: 'acme-ml', caller: chat })), pipeline);
    stage.clock.now += 2 * 3_600_000;
    await handleMessage(
      push(at(deniedCall({ insertId: 'd2', project: 'acme-ml', caller: chat }), '2026-11-24T04:14:07Z')),
      pipeline,
    );
    expect(stage.granted.map((change) => change.expiresAt)).toEqual(['2026-11-24T03:14:12Z', '2026-11-24T05:14:12Z']);
    expect(new Set(stage.granted.map((change) => change.condition?.title)).size).toBe(2);
    expect(stage.granted[0]?.condition).toEqual(
      expect.objectContaining({
        title: expect.stringMatching(/^guestlist_expires_20261124031412_[0-9a-f]{6}$/),
        expression: 'request.time < timestamp("2026-11-24T03:14:12Z")',
      }),
    );
    expect(stage.reports.map((report) => report.diagnosis.cause)).toEqual(['missing-role', 'condition-unmet']);
    expect(stage.reports[0]?.undo?.gcloud).toContain('guestlist_expires_20261124031412');
  });

  it('threat: proposes over a limit, and takes a grant that was not made off the count', async () => {
    const stage = openPipeline();
    const list = theAllowlist();
    const accounts = ['a', 'b', 'c'].map((name) => asServiceAccount(`${name}@acme-ml.iam.gserviceaccount.com`));
    const limited = {
      ...list,
      limits: { grantsPerHour: 2, grantsPerProjectPerDay: null },
      rules: list.rules.map((rule) => ({
        ...rule,
        principals: [{ text: 'serviceAccount:*@acme-ml.iam.gserviceaccount.com' }],
      })),
    };
    let isRefused = true;
    const pipeline: Pipeline = {
      ...stage.pipeline,
      allowlist: async () => limited,
      applyChange: async (request) =>
        isRefused ? { kind: 'refused', detail: 'no' } : stage.pipeline.applyChange(request),
    };
    const denial = (index: number) =>
      push(deniedCall({ insertId: `l${index}`, project: 'acme-ml', caller: accounts[index] ?? {} }));
    await handleMessage(
      push(
        deniedCall({
          insertId: 'l9',
          project: 'acme-ml',
          caller: asServiceAccount('ghost@acme-ml.iam.gserviceaccount.com'),
        }),
      ),
      pipeline,
    );
    isRefused = false;
    for (const index of [0, 1, 2]) await handleMessage(denial(index), pipeline);
    expect(stage.reports.map((report) => report.outcome.kind)).toEqual(['refused', 'applied', 'applied', 'proposed']);
    expect(stage.reports.at(-1)?.decision.reason).toBe(
      'rule sandbox allows it, but the limit is reached: 2 grants an hour (all rules)',
    );
    expect(stage.granted).toHaveLength(2);
  });

  it('threat: does not grant again what it granted and somebody removed', async () => {
    const stage = openPipeline();
    await handleMessage(push(deniedCall({ insertId: 'd1', project: 'acme-ml', caller: chat })), stage.pipeline);
    stage.granted.length = 0;
    stage.clock.now += 20 * 60_000;
    await handleMessage(
      push(at(deniedCall({ insertId: 'd2', project: 'acme-ml', caller: chat }), '2026-11-24T02:34:00Z')),
      stage.pipeline,
    );
    expect(stage.granted).toEqual([]);
    expect(stage.reports.at(-1)?.outcome.kind).toBe('proposed');
    expect(stage.reports.at(-1)?.decision.reason).toContain('somebody removed it');
  });

  it('threat: decides anew when a try ended before its write', async () => {
    let isDown = true;
    const stage = openPipeline();
    const pipeline: Pipeline = {
      ...stage.pipeline,
      applyChange: async (request) => {
        if (isDown) throw new Redeliver('policy-contention', 'test');
        return stage.pipeline.applyChange(request);
      },
    };
    const message = push(deniedCall({ insertId: 'd1', project: 'acme-ml', caller: chat }));
    await expect(handleMessage(message, pipeline)).rejects.toThrow('policy-contention');
    isDown = false;
    await handleMessage(push(perimeterBlock('p1', chat, 'enforced')), pipeline);
    await handleMessage(message, pipeline);
    expect(stage.granted).toEqual([]);
    expect(stage.reports.at(-1)?.diagnosis.cause).toBe('service-perimeter');
  });

  it('tells a write that was sent, and whose try did not end, as applied', async () => {
    let isFirst = true;
    const stage = openPipeline();
    const pipeline: Pipeline = {
      ...stage.pipeline,
      applyChange: async (request) => {
        if (!isFirst) return stage.pipeline.applyChange(request);
        isFirst = false;
        await request.beforeWrite();
        stage.granted.push(request.change);
        throw new Redeliver('policy-write-unavailable', 'the answer was lost');
      },
    };
    const message = push(deniedCall({ insertId: 'd1', project: 'acme-ml', caller: chat }));
    await expect(handleMessage(message, pipeline)).rejects.toThrow('policy-write-unavailable');
    await handleMessage(message, pipeline);
    expect(stage.reports.map((report) => report.outcome.kind)).toEqual(['applied']);
    expect(stage.granted).toHaveLength(1);
  });

  it('threat: an entry that is not from an audit log silences no real one', async () => {
    const stage = openPipeline();
    const real = deniedCall({ insertId: 'd1', project: 'acme-ml', caller: chat });
    await handleMessage(push({ ...real, insertId: 'fake', logName: 'projects/acme-ml/logs/fake' }), stage.pipeline);
    await handleMessage(push(real), stage.pipeline);
    expect(stage.reports.map((report) => report.outcome.kind)).toEqual(['proposed', 'applied']);
  });

  it('threat: reconnaissance is not hidden in a flood of repeats', async () => {
    const stage = openPipeline();
    const verbs = ['explain', 'get', 'list', 'deploy', 'update'];
    const entry = (verb: string, id: string) =>
      JSON.parse(
        JSON.stringify(deniedCall({ insertId: id, project: 'acme-ml', caller: chat })).replaceAll(
          'endpoints.predict',
          `endpoints.${verb}`,
        ),
      );
    for (const verb of verbs)
      await handleMessage(push(entry(verb, verb)), {
        ...stage.pipeline,
        allowlist: async () => ({ ...theAllowlist(), mode: 'propose' }),
      });
    for (let index = 0; index < 250; index += 1)
      await handleMessage(push(entry('explain', `f${index}`)), stage.pipeline);
    await handleMessage(push(entry('predict', 'last')), stage.pipeline);
    expect(stage.reports.at(-1)?.diagnosis.cause).toBe('reconnaissance');
    expect(stage.granted).toEqual([]);
  });

  it('proposes when a perimeter blocked somebody unnamed in the project within seconds', async () => {
    const stage = openPipeline();
    const record = perimeterBlock('p1', { principalEmail: 'c...@a...m' }, 'enforced');
    await handleMessage(push({ ...record, logName: record.logName.replace('acme-vision', 'acme-ml') }), stage.pipeline);
    await handleMessage(push(deniedCall({ insertId: 'd1', project: 'acme-ml', caller: chat })), stage.pipeline);
    expect(stage.granted).toEqual([]);
    expect(stage.reports.at(-1)?.decision.reason).toContain('no-perimeter-in-sight');
  });

  it('takes two deliveries of one entry at the same time for one', async () => {
    const stage = openPipeline({ awaitShadow: () => new Promise((resolve) => setTimeout(resolve, 20)) });
    const message = push(deniedCall({ insertId: 'd1', project: 'acme-ml', caller: chat }));
    const results = await Promise.allSettled([
      handleMessage(message, stage.pipeline),
      handleMessage(message, stage.pipeline),
    ]);
    expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(stage.reports).toHaveLength(1);
  });
});

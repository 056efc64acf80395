import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import type { Policy } from '../iam/policy.ts';
import { isRecord } from '../ingest/fields.ts';
import { type Delivery, openDelivery } from '../local/demo/deliver-message.ts';
import { demoPeople } from '../local/demo/demo-people.ts';
import { type DemoStep, demoGrants, demoSteps } from '../local/demo/demo-steps.ts';
import { demoWorld } from '../local/demo/demo-world.ts';
import { type FunctionProcess, LOCAL_ENVIRONMENT, startFunction } from '../local/function-process.ts';
import { type LocalCloud, startLocalCloud } from '../local/local-cloud.ts';
import { type StandInProxy, startStandInProxy } from '../local/stand-in-proxy.ts';
import { parseWorld, type World } from '../local/world.ts';
import { diffPolicies, linesOf } from '../remediation/policy-diff.ts';
import type { CommandIo } from './io.ts';
import { UsageError, withUsageErrors } from './read-files.ts';

const LOG = 'projects/acme-guestlist/logs/guestlist';
const ALLOWLIST = join(dirname(fileURLToPath(import.meta.url)), '..', 'local', 'demo', 'allowlist.yaml');
const STEP_TIMEOUT_MILLISECONDS = 15_000;

const USAGE = 'usage: guestlist demo [--open [--port PORT]]';

/**
 * `guestlist demo`: tells ten denials from message to report. Fails when what happened is not what it tells. With `--open`
 * its world stays, with the console on a loopback port, until Ctrl-C.
 */
export function demo(args: readonly string[], io: CommandIo): Promise<number> {
  return withUsageErrors(io, async () => {
    const { isOpen, port } = readArguments(args);
    Object.assign(process.env, LOCAL_ENVIRONMENT);
    const proxy = isOpen ? await openProxy(port) : null;
    const stage = await openStage(readDemoWorld(), proxy);
    try {
      const code = await tell(stage, io);
      if (proxy !== null) await stayOpen(proxy, io);
      return code;
    } finally {
      await stage.guestlist.stop();
      await stage.delivery.stop();
      await stage.cloud.stop();
      await proxy?.stop();
    }
  });
}

function readArguments(args: readonly string[]): { readonly isOpen: boolean; readonly port: number } {
  try {
    const options = { open: { type: 'boolean' }, port: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const port = Number(values.port ?? '0');
    const isPort = /^[0-9]{1,5}$/.test(values.port ?? '0') && port <= 65_535;
    if (isPort && (values.open === true || values.port === undefined)) return { isOpen: values.open ?? false, port };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : 'wrong usage'}\n${USAGE}`);
  }
  throw new UsageError(`--port: expected a port from 0 to 65535, together with --open\n${USAGE}`);
}

async function openProxy(port: number): Promise<StandInProxy> {
  try {
    return await startStandInProxy(demoPeople, port);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown error';
    throw new UsageError(`--port ${port}: expected a port of this machine that is free: ${why}`);
  }
}

async function stayOpen({ url }: StandInProxy, io: CommandIo): Promise<void> {
  const paint = painter(io);
  io.out(`\n${paint('bold', 'The console')}\n   ${paint('cyan', `${url}/`)}\n`);
  io.out(
    `   ${paint('red', 'Before it stands a stand-in for Identity-Aware Proxy, which checks nobody.')} It answers on this machine only.\n`,
  );
  io.out('   Open it and be ada@example.com: one proposal is hers to decide. Be alice to see what others see.\n');
  io.out('   Ctrl-C stops everything; nothing is kept.\n');
  await new Promise<void>((resolve) => {
    io.onInterrupt(resolve);
    // However it is ended, nothing that it started is left behind.
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

interface Stage {
  readonly cloud: LocalCloud;
  readonly delivery: Delivery;
  readonly guestlist: FunctionProcess;
}

async function openStage(world: World, proxy: StandInProxy | null): Promise<Stage> {
  const cloud = await startLocalCloud(world);
  const delivery = await openDelivery();
  const environment = {
    ...cloud.environment,
    ...delivery.environment,
    ...proxy?.environment,
    GUESTLIST_ALLOWLIST: ALLOWLIST,
    GUESTLIST_IDENTITY: 'guestlist@acme-guestlist.iam.gserviceaccount.com',
    GUESTLIST_LOG: LOG,
    // The demo sends no perimeter record after a denial, so there is little to wait for.
    GUESTLIST_SHADOW_HOLD_SECONDS: '0.2',
  };
  const guestlist = await startFunction(environment, undefined, proxy === null ? 'remediate' : 'all');
  await delivery.connect(guestlist.port);
  proxy?.connect(guestlist.port);
  return { cloud, delivery, guestlist };
}

async function tell(stage: Stage, io: CommandIo): Promise<number> {
  const paint = painter(io);
  const before = policiesOf(stage.cloud);
  const steps = demoSteps(new Date().toISOString());
  io.out(`${paint('bold', 'Guestlist demo')}\n`);
  io.out(
    `A Google Cloud in this process (${stage.cloud.grpcEndpoint}), the function as its own process (port ${stage.guestlist.port}).\n`,
  );
  io.out(`Messages are delivered ${stage.delivery.description}.\n`);
  const problems: string[] = [];
  for (const [index, step] of steps.entries()) {
    io.out(`\n${paint('bold', `${index + 1}. ${step.title}`)}\n   ${step.story}\n`);
    const problem = await play(step, stage, (line) => io.out(`   ${line}\n`), paint);
    if (problem !== null) problems.push(`step ${index + 1}: ${problem}`);
  }
  problems.push(...comparePolicies(before, policiesOf(stage.cloud)));
  return summarize(problems, steps.length, stage, io, paint);
}

async function play(step: DemoStep, stage: Stage, say: (line: string) => void, paint: Painter): Promise<string | null> {
  const { cloud, delivery, guestlist } = stage;
  const policies = policiesOf(cloud);
  const from = guestlist.lines.length;
  await delivery.publish(step.text);
  const line = await guestlist.waitForLine(
    from,
    (candidate) => FINAL_EVENTS.has(candidate.event),
    STEP_TIMEOUT_MILLISECONDS,
  );
  say(`${paint('cyan', '→')} ${describeLine(line, cloud)}`);
  for (const [project, policy] of policiesOf(cloud)) {
    const old = policies.get(project);
    if (old === undefined || old.etag === policy.etag) continue;
    say(`policy of ${project}, before and after:`);
    for (const diff of diffPolicies(old, policy))
      say(diff.startsWith(' ') ? paint('dim', `  ${diff}`) : paint('green', `  ${diff}`));
  }
  return problemOf(step, line);
}

const FINAL_EVENTS: ReadonlySet<unknown> = new Set([
  'denial-reported',
  'denial-repeated',
  'denial-ignored',
  'entry-seen-before',
  'message-quarantined',
  'message-handed-back',
]);

function describeLine(line: Readonly<Record<string, unknown>>, cloud: LocalCloud): string {
  if (line.event !== 'denial-reported')
    return `${line.event}${line.cause === undefined ? '' : `: ${line.cause}`}${line.reason === undefined ? '' : `: ${line.reason}`}`;
  const entry = cloud.log.shown(LOG).find((candidate) => candidate.insertId === line.reportId);
  const report = isRecord(entry?.payload) ? entry.payload : {};
  const summary = isRecord(report.diagnosis) ? report.diagnosis.summary : 'no report in the log';
  const reason = isRecord(report.decision) ? report.decision.reason : '';
  return `${line.cause}, ${line.outcome}: ${summary}\n     (${reason})`;
}

function problemOf(step: DemoStep, line: Readonly<Record<string, unknown>>): string | null {
  const { expected } = step;
  const got = line.event === 'denial-reported' ? `${line.cause}, ${line.outcome}` : String(line.event);
  const wanted = expected.kind === 'report' ? `${expected.cause}, ${expected.outcome}` : expected.event;
  return got === wanted ? null : `expected ${wanted}, got ${got}`;
}

// What is there at the end is what was there at the start and the grants of the story: nothing more, nothing less.
function comparePolicies(before: ReadonlyMap<string, Policy>, after: ReadonlyMap<string, Policy>): readonly string[] {
  return [...before].flatMap(([project, policy]) => {
    const granted = demoGrants
      .filter((grant) => grant.project === project)
      .map(({ role, member }) => `${role}  ${member}`);
    const wanted = [...linesOf(policy), ...granted].sort().join('\n');
    const end = after.get(project);
    const isRight = end !== undefined && linesOf(end).toSorted().join('\n') === wanted;
    const isAuditKept = JSON.stringify(end?.auditConfigs) === JSON.stringify(policy.auditConfigs);
    return isRight && isAuditKept ? [] : [`the policy of ${project} is not what the story says`];
  });
}

function summarize(problems: readonly string[], messages: number, stage: Stage, io: CommandIo, paint: Painter): number {
  const reports = stage.cloud.log
    .shown(LOG)
    .filter((entry) => isRecord(entry.payload) && entry.payload.schema === 'guestlist.report/v1').length;
  io.out(`\n${paint('bold', 'Summary')}\n`);
  io.out(
    `   ${messages} messages, ${demoGrants.length} grants, ${stage.cloud.state.writes.length} policy writes, ${reports} reports in ${LOG}\n`,
  );
  for (const problem of problems) io.out(`   ${paint('red', '✗')} ${problem}\n`);
  if (problems.length === 0) io.out(`   ${paint('green', '✓')} the policies are exactly what the story says\n`);
  return problems.length === 0 ? 0 : 1;
}

type Painter = (style: 'bold' | 'dim' | 'green' | 'red' | 'cyan', text: string) => string;

function painter(io: CommandIo): Painter {
  return (style, text) => (io.isTerminal ? styleText(style, text, { validateStream: false }) : text);
}

function policiesOf(cloud: LocalCloud): ReadonlyMap<string, Policy> {
  return new Map(
    demoWorld.projects.flatMap(({ projectId }): readonly [string, Policy][] => {
      const policy = cloud.state.policy(`projects/${projectId}`);
      return policy === null ? [] : [[projectId, policy]];
    }),
  );
}

function readDemoWorld(): World {
  const reading = parseWorld(demoWorld);
  if (reading.kind === 'world') return reading.world;
  throw new Error(reading.issues.map((issue) => `${issue.place}: ${issue.message}`).join('\n'));
}

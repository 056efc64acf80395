import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../src/ingest/fields.ts';
import { demoWorld } from '../../src/local/demo/demo-world.ts';
import type { Misbehaviour } from '../../src/local/faults.ts';
import { type FunctionProcess, startFunction } from '../../src/local/function-process.ts';
import { type LocalCloud, startLocalCloud } from '../../src/local/local-cloud.ts';
import { parseWorld, type World } from '../../src/local/world.ts';
import { ownFolder } from '../own-folder.ts';

export const LOG = 'projects/acme-guestlist/logs/guestlist';
export const TOPIC = 'projects/acme-guestlist/topics/vertex-denials';
export const IDENTITY = 'guestlist@acme-guestlist.iam.gserviceaccount.com';

/** A local cloud and one or more instances of the function, each its own process. */
export interface Stage {
  readonly cloud: LocalCloud;
  readonly instances: readonly FunctionProcess[];
  readonly allowlistPath: string;
  /** What the function was started with. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface StageOptions {
  readonly instances?: number;
  readonly misbehaviour?: Misbehaviour;
  readonly allowlist?: string;
  /** Instead of the demo's. */
  readonly world?: World;
  readonly environment?: Readonly<Record<string, string>>;
  /** Who runs commands against the local cloud. */
  readonly person?: () => string | null;
}

export const ALLOW_ALL_OF_SANDBOX = `version: 1
organization: "123456789012"
domains: [example.com]
mode: apply
rules:
  - id: sandbox
    effect: allow
    principals: ["serviceAccount:*@acme-ml.iam.gserviceaccount.com"]
    projects: [folders/456]
    crossProject: true
`;

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const allowlistPath = join(ownFolder(), 'allowlist.yaml');
  writeFileSync(allowlistPath, options.allowlist ?? ALLOW_ALL_OF_SANDBOX);
  const cloud = await startLocalCloud(options.world ?? theWorld(), options.misbehaviour, options.person);
  const environment = {
    ...cloud.environment,
    GUESTLIST_ALLOWLIST: allowlistPath,
    GUESTLIST_IDENTITY: IDENTITY,
    GUESTLIST_LOG: LOG,
    GUESTLIST_SHADOW_HOLD_SECONDS: '0',
    ...options.environment,
  };
  const instances = await Promise.all(Array.from({ length: options.instances ?? 1 }, () => startFunction(environment)));
  return {
    cloud,
    instances,
    allowlistPath,
    environment,
    stop: async () => {
      await Promise.all(instances.map((instance) => instance.stop()));
      await cloud.stop();
    },
  };
}

/** Posts a push body as Pub/Sub does and gives the HTTP status. */
export async function push(port: number, text: string, messageId: string = randomUUID()): Promise<number> {
  return post(port, {
    message: {
      data: Buffer.from(text).toString('base64'),
      attributes: {},
      messageId,
      publishTime: '2026-11-24T02:14:09Z',
    },
    subscription: 'projects/acme-guestlist/subscriptions/test',
  });
}

export async function post(
  port: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/${TOPIC}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.status;
}

/** The reports in the log, as their readers see them. */
export function reportsIn(cloud: LocalCloud): readonly Readonly<Record<string, unknown>>[] {
  return cloud.log
    .shown(LOG)
    .flatMap(({ payload }) => (isRecord(payload) && payload.schema === 'guestlist.report/v1' ? [payload] : []));
}

/** What a report says in short: cause, decision, outcome. */
export function gist(report: Readonly<Record<string, unknown>>): string {
  const part = (name: string, field: string) => {
    const value = report[name];
    return isRecord(value) ? String(value[field]) : '';
  };
  return `${part('diagnosis', 'cause')} ${part('decision', 'kind')} ${part('outcome', 'kind')}`;
}

export function theWorld(): World {
  const reading = parseWorld(demoWorld);
  if (reading.kind === 'world') return reading.world;
  throw new Error(JSON.stringify(reading.issues));
}

/** Members of one role in a project's policy at this moment. */
export function membersOf(cloud: LocalCloud, project: string, role = 'roles/aiplatform.user'): readonly string[] {
  const bindings = cloud.state.policy(`projects/${project}`)?.bindings ?? [];
  return bindings
    .filter((binding) => binding.role === role && binding.condition === null)
    .flatMap((binding) => binding.members);
}

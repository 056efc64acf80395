import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asServiceAccount, deniedCall } from '../../src/local/demo/demo-entries.ts';
import { NO_MISBEHAVIOUR } from '../../src/local/faults.ts';
import { type LocalCloud, startLocalCloud } from '../../src/local/local-cloud.ts';
import type { World } from '../../src/local/world.ts';
import { IDENTITY, LOG } from '../end-to-end/stage.ts';
import { ownFolder } from '../own-folder.ts';

const ORGANIZATION = 'organizations/123456789012';
const TOPIC = 'projects/acme-guestlist/topics/reports';

const ALLOWLIST = `version: 1
organization: "123456789012"
domains: [example.com]
mode: apply
rules:
  - id: workloads
    effect: allow
    principals: ["serviceAccount:*@bench-*.iam.gserviceaccount.com"]
    projects: [folders/456]
    expiresAfter: 30d
`;

/** A local cloud for measuring, and what a function needs to work with it. */
export interface BenchWorld {
  readonly cloud: LocalCloud;
  readonly environment: Readonly<Record<string, string>>;
}

/** Opens a cloud with so many projects in one folder, where every workload of them may be granted the role, and calls that take so long. */
export async function openBenchWorld(projects: number, delayMilliseconds = 0): Promise<BenchWorld> {
  const cloud = await startLocalCloud(worldOf(projects), { ...NO_MISBEHAVIOUR, delayMilliseconds });
  const allowlist = join(ownFolder(), 'allowlist.yaml');
  writeFileSync(allowlist, ALLOWLIST);
  return {
    cloud,
    environment: {
      ...cloud.environment,
      PUBSUB_EMULATOR_HOST: cloud.grpcEndpoint,
      GUESTLIST_ALLOWLIST: allowlist,
      GUESTLIST_IDENTITY: IDENTITY,
      GUESTLIST_LOG: LOG,
      GUESTLIST_REPORT_TOPIC: TOPIC,
      GUESTLIST_SHADOW_HOLD_SECONDS: '0',
    },
  };
}

/** A push body with a denial of a caller of its own in one of the projects. */
export function denialOf(caller: string, project: number): string {
  return bodyOf(entryOf(caller, project), caller);
}

/** A push body with a call that went through. */
export function allowedCall(id: string): string {
  const entry = entryOf(id, 0);
  return bodyOf({ ...entry, protoPayload: { ...entry.protoPayload, status: {} } }, id);
}

/** The same denial again, as another entry. */
export function repeatOf(caller: string, project: number, repeat: number): string {
  const id = `${caller}-${repeat}`;
  return bodyOf({ ...entryOf(caller, project), insertId: id }, id);
}

function entryOf(caller: string, project: number) {
  const name = projectId(project);
  const account = asServiceAccount(`${caller}@${name}.iam.gserviceaccount.com`);
  return deniedCall({ insertId: caller, project: name, caller: account });
}

function bodyOf(entry: unknown, messageId: string): string {
  const data = Buffer.from(JSON.stringify(entry)).toString('base64');
  const message = { data, messageId, publishTime: '2026-11-24T02:14:09Z', attributes: {} };
  return JSON.stringify({ message, subscription: 'projects/acme-guestlist/subscriptions/bench' });
}

/** Id of a project of the world, by its number. */
export function projectId(index: number): string {
  return `bench-${String(index).padStart(3, '0')}`;
}

function worldOf(projects: number): World {
  return {
    organization: { name: ORGANIZATION, parent: '', policy: emptyPolicy(0) },
    folders: [{ name: 'folders/456', parent: ORGANIZATION, policy: emptyPolicy(1) }],
    projects: Array.from({ length: projects }, (_, index) => ({
      projectId: projectId(index),
      projectNumber: String(700_000_000_000 + index),
      parent: 'folders/456',
      state: 'ACTIVE',
      policy: emptyPolicy(index + 2),
    })),
    roles: [],
    explanations: [],
  };
}

function emptyPolicy(index: number) {
  return { version: 1, etag: Buffer.from(`bench ${index}`).toString('base64'), bindings: [], auditConfigs: [] };
}

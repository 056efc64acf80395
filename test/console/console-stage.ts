import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asUser, deniedCall } from '../../src/local/demo/demo-entries.ts';
import { demoPeople } from '../../src/local/demo/demo-people.ts';
import { type FunctionProcess, type FunctionTarget, startFunction } from '../../src/local/function-process.ts';
import { type LocalCloud, startLocalCloud } from '../../src/local/local-cloud.ts';
import { type StandInProxy, startStandInProxy } from '../../src/local/stand-in-proxy.ts';
import { IDENTITY, LOG, push, theWorld } from '../end-to-end/stage.ts';
import { ownFolder } from '../own-folder.ts';

/** The rules of the console's tests: what no rule allows can be approved, but not in the payments project. */
export const ALLOWLIST = `version: 1
organization: "123456789012"
domains: [example.com]
mode: apply
approvers: ["user:ada@example.com", "user:bob@example.com", "user:olivia@example.com"]
limits: { grantsPerHour: 20 }
rules:
  - id: chat-in-the-sandbox
    effect: allow
    principals: ["serviceAccount:chat@acme-ml.iam.gserviceaccount.com"]
    projects: [folders/456]
    crossProject: true
    expiresAfter: 12h
  - id: payments-is-off-limits
    effect: forbid
    projects: [folders/789]
  - id: batch-is-known
    effect: mute
    principals: ["serviceAccount:batch@acme-ml.iam.gserviceaccount.com"]
`;

/** The function and its console as processes, a local cloud, and a stand-in proxy before the console. */
export interface ConsoleStage {
  readonly cloud: LocalCloud;
  readonly proxy: StandInProxy;
  readonly functions: readonly FunctionProcess[];
  /** Delivers an entry and waits until it is dealt with. */
  deny(entry: object): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a stage: all in one process, or, with a ledger that they share, each function in its own. */
export async function openConsoleStage(
  environment: Readonly<Record<string, string>> = {},
  targets: readonly FunctionTarget[] = ['all'],
): Promise<ConsoleStage> {
  const allowlist = join(ownFolder(), 'allowlist.yaml');
  writeFileSync(allowlist, ALLOWLIST);
  const cloud = await startLocalCloud(theWorld());
  const proxy = await startStandInProxy(demoPeople);
  const whole = {
    ...cloud.environment,
    ...proxy.environment,
    GUESTLIST_ALLOWLIST: allowlist,
    GUESTLIST_IDENTITY: IDENTITY,
    GUESTLIST_LOG: LOG,
    GUESTLIST_SHADOW_HOLD_SECONDS: '0',
    ...environment,
  };
  const functions = await Promise.all(targets.map((target) => startFunction(whole, undefined, target)));
  const [first = 0, console = first] = functions.map(({ port }) => port);
  proxy.connect(console);
  return {
    cloud,
    proxy,
    functions,
    deny: async (entry) => {
      const status = await push(first, JSON.stringify(entry));
      if (status !== 204) throw new Error(`the function answered ${status}`);
    },
    stop: async () => {
      await Promise.all(functions.map((one) => one.stop()));
      await proxy.stop();
      await cloud.stop();
    },
  };
}

let calls = 0;

/** A refused call of now. */
export function refusedCall(
  caller: Readonly<Record<string, unknown>> = asUser('alice@example.com'),
  project = 'acme-ml',
) {
  calls += 1;
  return deniedCall({ insertId: `c${calls}`, project, caller, at: new Date().toISOString() });
}

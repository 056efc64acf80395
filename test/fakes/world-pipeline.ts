import { parseAllowlist } from '../../src/decision/parse-allowlist.ts';
import { known, notReadable } from '../../src/diagnosis/evidence.ts';
import type { LogEvent } from '../../src/event-log.ts';
import { createCallerWatch } from '../../src/ledger/caller-watch.ts';
import { createLedger } from '../../src/ledger/create-ledger.ts';
import { DEFAULT_SUSPICION_LIMITS } from '../../src/ledger/judge-caller.ts';
import { createMemoryStore } from '../../src/ledger/memory-store.ts';
import { changePolicy } from '../../src/local/change-policy.ts';
import { demoWorld } from '../../src/local/demo/demo-world.ts';
import { LocalError } from '../../src/local/faults.ts';
import { policyAtVersion } from '../../src/local/policy-rules.ts';
import { parseWorld } from '../../src/local/world.ts';
import { worldEvidence } from '../../src/local/world-evidence.ts';
import { createWorldState, type WorldState } from '../../src/local/world-state.ts';
import { handleMessage } from '../../src/pipeline.ts';
import type { Pipeline } from '../../src/pipeline-ports.ts';
import { removeBindings } from '../../src/remediation/remove-bindings.ts';
import { type SharingPorts, shareWrites } from '../../src/remediation/share-writes.ts';
import type { Digest } from '../../src/report/digest-report.ts';
import type { Posting } from '../../src/report/posting.ts';
import type { Report } from '../../src/report/report.ts';
import { NO_TRACING } from '../../src/tracing.ts';

/** A pipeline over the demo's world in this process, whose policies are really written, and a clock to turn. */
export interface WorldPipeline {
  readonly pipeline: Pipeline;
  readonly state: WorldState;
  readonly reports: Report[];
  readonly postings: Posting[];
  readonly digests: Digest[];
  readonly events: LogEvent[];
  readonly clock: { now: number };
  /** Sends one entry through the pipeline. */
  deny(entry: unknown): Promise<void>;
  /** What the allowlist is from now on. */
  setAllowlist(text: string): void;
  /** Whether the channel takes reports. */
  readonly channel: { isDown: boolean };
}

export const DENIED_AT = Date.parse('2026-11-24T02:14:07Z');

export function openWorldPipeline(allowlistText: string): WorldPipeline {
  const reading = parseWorld(demoWorld);
  if (reading.kind === 'issues') throw new Error(JSON.stringify(reading.issues));
  const state = createWorldState(reading.world);
  const clock = { now: DENIED_AT + 5_000 };
  const reports: Report[] = [];
  const postings: Posting[] = [];
  const digests: Digest[] = [];
  const events: LogEvent[] = [];
  const channel = { isDown: false };
  let allowlist = allowlistOf(allowlistText);
  let tokens = 0;
  const ports = {
    store: createMemoryStore(),
    now: () => clock.now,
    backOff: async () => {},
    newToken: () => `token-${++tokens}`,
    leaseSeconds: 180,
  };
  const ledger = createLedger(ports);
  const writing: SharingPorts = {
    ...policyPorts(state),
    standing: async () => allowlist,
    now: () => clock.now,
    backOff: async () => {},
    recentPolicy: () => null,
    gather: async () => {},
    takeTurn: ledger.takeTurn,
  };
  const pipeline: Pipeline = {
    allowlist: async () => allowlist,
    identity: { kind: 'account', email: 'guestlist@acme-guestlist.iam.gserviceaccount.com', others: [] },
    evidence: {
      ...worldEvidence(reading.world),
      policies: {
        readPolicy: async (resource) => {
          const policy = state.policy(resource);
          return policy === null ? notReadable('not in the world') : known(policyAtVersion(policy, 3));
        },
      },
      grants: ledger,
    },
    accountPolicies: {
      readPolicy: async (email) =>
        known(
          state.policy(`projects/-/serviceAccounts/${email}`) ?? {
            version: 1,
            etag: '',
            bindings: [],
            auditConfigs: [],
          },
        ),
    },
    ledger,
    watch: createCallerWatch(ports, DEFAULT_SUSPICION_LIMITS),
    applyChange: shareWrites(writing),
    removeBindings: (removal) => removeBindings(removal, writing),
    awaitShadow: async () => {},
    channels: [
      {
        name: 'cloud-logging',
        hears: 'everything',
        send: async (posting) => {
          if (channel.isDown) throw new Error('down');
          postings.push(posting);
          reports.push(posting.report);
          return null;
        },
        sendDigest: async (digest) => void digests.push(digest),
      },
    ],
    tracing: NO_TRACING,
    quarantine: { store: async () => {} },
    events: { write: (event) => void events.push(event) },
    now: () => clock.now,
  };
  return {
    pipeline,
    state,
    reports,
    postings,
    digests,
    events,
    clock,
    channel,
    deny: async (entry) => handleMessage(pushOf(entry), pipeline),
    setAllowlist: (text) => {
      allowlist = allowlistOf(text);
    },
  };
}

/** A push body as Pub/Sub posts it. */
export function pushOf(entry: unknown) {
  return {
    message: { data: Buffer.from(JSON.stringify(entry)).toString('base64'), messageId: 'm' },
    subscription: 's',
  };
}

function allowlistOf(text: string) {
  const reading = parseAllowlist(text);
  if (reading.kind === 'issues') throw new Error(JSON.stringify(reading.issues));
  return reading.allowlist;
}

function policyPorts(state: WorldState): Pick<SharingPorts, 'readPolicy' | 'writePolicy'> {
  return {
    readPolicy: async (project) => {
      const policy = state.policy(`projects/${project}`);
      return policy === null
        ? { kind: 'refused', detail: 'not in the world' }
        : { kind: 'read', policy: policyAtVersion(policy, 3) };
    },
    writePolicy: async (project, policy, reason) => {
      const stored = changePolicy(`projects/${project}`, policy, reason, state);
      if (!(stored instanceof LocalError)) return { kind: 'written', policy: stored };
      return stored.code === 10 ? { kind: 'conflict' } : { kind: 'refused', detail: stored.message };
    },
  };
}

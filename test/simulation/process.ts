import { openAllowlist } from '../../src/allowlist-source.ts';
import { known, notReadable } from '../../src/diagnosis/evidence.ts';
import type { Policy } from '../../src/iam/policy.ts';
import { createCallerWatch } from '../../src/ledger/caller-watch.ts';
import { createLedger } from '../../src/ledger/create-ledger.ts';
import { type DocumentStore, emptySnapshot, type Snapshot, StoreUnavailable } from '../../src/ledger/document-store.ts';
import { DEFAULT_SUSPICION_LIMITS } from '../../src/ledger/judge-caller.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { changePolicy } from '../../src/local/change-policy.ts';
import { LocalError } from '../../src/local/faults.ts';
import { policyAtVersion } from '../../src/local/policy-rules.ts';
import { worldEvidence } from '../../src/local/world-evidence.ts';
import type { Pipeline } from '../../src/pipeline-ports.ts';
import { Redeliver } from '../../src/redeliver.ts';
import type { PolicyRead, PolicyWrite } from '../../src/remediation/apply-changes.ts';
import { PRINCIPAL_LIMIT } from '../../src/remediation/edit-policy.ts';
import { removeBindings } from '../../src/remediation/remove-bindings.ts';
import { type SharingPorts, shareWrites } from '../../src/remediation/share-writes.ts';
import type { Channel } from '../../src/report/deliver.ts';
import { NO_TRACING } from '../../src/tracing.ts';
import type { Cloud } from './cloud.ts';
import { judgeWrite } from './judge-write.ts';
import { meddle } from './meddle.ts';
import type { AllowlistVersion } from './plan.ts';
import type { Actor } from './scheduler.ts';

/** An instance of the function: the real pipeline, whose every effect waits for its turn. */
export interface Process extends Actor {
  readonly pipeline: () => Promise<Pipeline>;
  /** The allowlist that this process read last. */
  lastRead: AllowlistVersion;
  /** When it did. */
  lastReadAt: number;
}

/** Starts an instance with a clock of its own, up to a minute wrong. */
export function openProcess(name: string, cloud: Cloud): Process {
  const skew = cloud.plan.mishaps.fails === 0 ? 0 : cloud.random.below(120_000) - 60_000;
  let opened: Promise<Pipeline> | null = null;
  const process: Process = {
    name,
    isAlive: true,
    lastRead: cloud.allowlist,
    lastReadAt: cloud.scheduler.now(),
    pipeline: () => {
      opened ??= openPipeline(process, cloud, () => cloud.scheduler.now() + skew).catch((error: unknown) => {
        opened = null;
        throw error;
      });
      return opened;
    },
  };
  return process;
}

async function openPipeline(process: Process, cloud: Cloud, now: () => number): Promise<Pipeline> {
  const { scheduler, random } = cloud;
  const events = { write: (event: Parameters<Pipeline['events']['write']>[0]) => void cloud.events.push(event) };
  const away = (reason: Redeliver['reason']) => () => new Redeliver(reason, 'simulated');
  const allowlist = await openAllowlist('allowlist', () => readAllowlist(process, cloud), events);
  const backOff = (attempt: number) => scheduler.sleep(process, random.below(Math.min(4_000, 50 * 2 ** attempt)));
  let tokens = 0;
  let hours = 0;
  const hurry = () => ++hours * 600_000;
  const newToken = () => `${process.name}-${++tokens}`;
  const ledgerNow = cloud.plant === 'takes every lease for over' ? () => now() + hurry() : now;
  const ledgerPorts = { store: storeOf(process, cloud), now: ledgerNow, backOff, newToken, leaseSeconds: 180 };
  const ledger = planted(createLedger(ledgerPorts), cloud);
  const found = worldEvidence(cloud.world);
  const writing: SharingPorts = {
    ...policyPorts(process, cloud),
    standing: cloud.plant === 'does not read the mode again' ? always(await allowlist.standing()) : allowlist.standing,
    now,
    backOff,
    recentPolicy: () => null,
    gather: () => scheduler.sleep(process, 20),
    takeTurn: ledger.takeTurn,
  };
  return {
    allowlist: allowlist.current,
    identity: { kind: 'account', email: 'guestlist@acme-guestlist.iam.gserviceaccount.com' },
    evidence: {
      projects: {
        // The world answers at once; what matters is when.
        findProject: async (ref) => {
          await scheduler.effect(process, 'projects', () => null, away('evidence-unavailable'));
          return found.projects.findProject(ref);
        },
      },
      policies: {
        readPolicy: (resource) =>
          scheduler.effect(process, 'policies', () => readable(resource, cloud), away('evidence-unavailable')),
      },
      roles: found.roles,
      troubleshooter: found.troubleshooter,
      grants: ledger,
    },
    accountPolicies: {
      readPolicy: async () => known({ version: 1, etag: '', bindings: [], auditConfigs: [] }),
    },
    ledger,
    watch: createCallerWatch(ledgerPorts, DEFAULT_SUSPICION_LIMITS),
    applyChange: shareWrites(writing),
    removeBindings: (removal) => removeBindings(removal, writing),
    awaitShadow: () => scheduler.sleep(process, 5_000),
    channels: ['cloud-logging', 'pubsub'].map((name) => channelOf(name, process, cloud)),
    tracing: NO_TRACING,
    quarantine: {
      store: async ({ reason }) => {
        cloud.violations.push(`a message went to quarantine: ${reason}`);
      },
    },
    events,
    now,
  };
}

function planted(ledger: Ledger, { plant }: Cloud): Ledger {
  switch (plant) {
    case 'does not record that a write is sent':
      return { ...ledger, markWriting: async () => {} };
    case 'counts no limits':
      return { ...ledger, intend: (hold, intent, denial) => ledger.intend(hold, intent, denial, []) };
    case 'forgets who has a report':
      return { ...ledger, finish: async () => {} };
    default:
      return ledger;
  }
}

function always<T>(value: T): () => Promise<T> {
  return async () => value;
}

function readAllowlist(process: Process, cloud: Cloud): Promise<string> {
  return cloud.scheduler.effect(
    process,
    'allowlist',
    () => {
      process.lastRead = cloud.allowlist;
      process.lastReadAt = cloud.scheduler.now();
      return cloud.allowlist.text;
    },
    () => new Redeliver('allowlist-unavailable', 'simulated'),
  );
}

function readable(resource: string, { state }: Cloud) {
  const policy = state.policy(resource);
  return policy === null ? notReadable('not in the world') : known(policyAtVersion(policy, 3));
}

function policyPorts(process: Process, cloud: Cloud): Pick<SharingPorts, 'readPolicy' | 'writePolicy'> {
  const { scheduler, state } = cloud;
  return {
    readPolicy: (project): Promise<PolicyRead> =>
      scheduler
        .effect(
          process,
          'iam read',
          (): PolicyRead => {
            const policy = state.policy(`projects/${project}`);
            if (cloud.isRough && cloud.random.chance(0.1)) meddleSoon(project, cloud);
            return policy === null
              ? { kind: 'refused', detail: 'not in the world' }
              : { kind: 'read', policy: policyAtVersion(policy, 3) };
          },
          () => new StoreUnavailable('UNAVAILABLE'),
        )
        .catch((): PolicyRead => ({ kind: 'unavailable', detail: 'UNAVAILABLE' })),
    writePolicy: (project, policy, reason): Promise<PolicyWrite> =>
      scheduler
        .effect(
          process,
          'iam write',
          () => write(`projects/${project}`, policy, reason, process, cloud),
          () => new StoreUnavailable('DEADLINE_EXCEEDED'),
        )
        .catch((): PolicyWrite => ({ kind: 'uncertain', detail: 'DEADLINE_EXCEEDED' })),
  };
}

// Somebody else writes between the read of a cycle and its write.
function meddleSoon(project: string, cloud: Cloud): void {
  const how = cloud.random.pick(['adds', 'adds-conditional'] as const);
  cloud.scheduler.after(cloud.random.below(400), () => meddle(project, how, cloud));
}

function write(resource: string, policy: Policy, reason: string, process: Process, cloud: Cloud): PolicyWrite {
  if (cloud.isRough && cloud.random.chance(cloud.plan.mishaps.fails)) return { kind: 'conflict' };
  const before = cloud.state.policy(resource);
  const etag = cloud.plant === 'writes over other people' ? '' : policy.etag;
  const stored = changePolicy(resource, { ...policy, etag }, reason, cloud.state);
  if (stored instanceof LocalError)
    return stored.code === 10 ? { kind: 'conflict' } : { kind: 'refused', detail: stored.message };
  if (before !== null) judgeWrite(resource, before, stored, process, cloud);
  if (stored.bindings.flatMap(({ members }) => members).length > PRINCIPAL_LIMIT)
    cloud.violations.push(`${resource} holds more principals than a policy may`);
  return { kind: 'written', policy: stored };
}

function storeOf(process: Process, cloud: Cloud): DocumentStore {
  const { scheduler, store } = cloud;
  const failure = () => new StoreUnavailable('simulated');
  // The store in memory does its work before it first waits, so each call is one moment.
  const atOnce = <T>(what: string, call: () => Promise<T>) => scheduler.effect(process, what, call, failure);
  return {
    read: async (keys, into) => {
      const taken: Snapshot = emptySnapshot();
      await atOnce('ledger read', () => store.read(keys, taken));
      for (const key of keys) copy(key, taken, into);
    },
    commit: (writes) => atOnce('ledger commit', () => store.commit(writes)),
    list: (query) => atOnce('ledger list', () => store.list(query)),
  };
}

function copy(key: Parameters<Snapshot['get']>[0], from: Snapshot, into: Snapshot): void {
  const stored = from.get(key);
  if (stored !== null) into.set(key, stored);
}

function channelOf(name: string, process: Process, { scheduler, arrivals, violations }: Cloud): Channel {
  const failure = () => new Error('the channel is down');
  return {
    name,
    hears: 'everything',
    send: ({ report }, thread) =>
      scheduler.effect(
        process,
        `send ${name}`,
        () => {
          const own = `thread of ${report.incident.id}`;
          if (thread !== null && thread !== own) violations.push(`${name} was given the ${thread} for ${own}`);
          arrivals.push({ channel: name, report });
          return own;
        },
        failure,
      ),
    sendDigest: () => scheduler.effect(process, `send ${name}`, () => undefined, failure),
  };
}

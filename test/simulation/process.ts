import { openAllowlist } from '../../src/allowlist-source.ts';
import { known } from '../../src/diagnosis/evidence.ts';
import { createCallerWatch } from '../../src/ledger/caller-watch.ts';
import { createLedger, type LedgerPorts } from '../../src/ledger/create-ledger.ts';
import { DEFAULT_SUSPICION_LIMITS } from '../../src/ledger/judge-caller.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { worldEvidence } from '../../src/local/world-evidence.ts';
import type { Pipeline } from '../../src/pipeline-ports.ts';
import { Redeliver } from '../../src/redeliver.ts';
import { removeBindings } from '../../src/remediation/remove-bindings.ts';
import { type SharingPorts, shareWrites } from '../../src/remediation/share-writes.ts';
import type { Channel } from '../../src/report/deliver.ts';
import { shareLookUps } from '../../src/share-look-ups.ts';
import { NO_TRACING } from '../../src/tracing.ts';
import type { AllowlistVersion } from './allowlist-version.ts';
import type { Cloud } from './cloud.ts';
import { lookAt, policyPorts } from './iam-port.ts';
import { LEASE_SECONDS } from './plan.ts';
import { plantedLedger, plantedPipeline, plantedStanding } from './plant.ts';
import type { Actor } from './scheduler.ts';
import { storeOf } from './store-port.ts';

/** An instance of the function: the real pipeline, whose every effect waits for its turn. */
export interface Process extends Actor {
  readonly pipeline: () => Promise<Pipeline>;
  /** The allowlist that this process read last. */
  lastRead: AllowlistVersion;
  /** When it had the answer. */
  lastReadAt: number;
}

/** Starts an instance with a clock of its own, up to a minute wrong. */
export function openProcess(name: string, cloud: Cloud): Process {
  const skew = cloud.plan.mishaps.fails === 0 ? 0 : cloud.random.below(120_000) - 60_000;
  let opened: Promise<Pipeline> | null = null;
  const process: Process = {
    name,
    isAlive: true,
    stalledUntil: 0,
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
  const away = () => new Redeliver('evidence-unavailable', 'simulated');
  const allowlist = await openAllowlist('allowlist', allowlistReader(process, cloud), events);
  const backOff = (attempt: number) => scheduler.sleep(process, random.below(Math.min(4_000, 50 * 2 ** attempt)));
  let tokens = 0;
  const newToken = () => `${process.name}-${++tokens}`;
  const ledgerPorts: LedgerPorts = {
    store: storeOf(process, cloud),
    now,
    backOff,
    newToken,
    leaseSeconds: LEASE_SECONDS,
  };
  const ledger = plantedLedger(watchedLedger(createLedger(ledgerPorts), cloud), ledgerPorts, cloud);
  const found = worldEvidence(cloud.world);
  const access = policyPorts(process, cloud);
  const lookUps = shareLookUps(
    {
      projects: {
        // The world answers at once; what matters is when.
        findProject: async (ref) => {
          await scheduler.effect(process, 'projects', () => null, away);
          return found.projects.findProject(ref);
        },
      },
      policies: {
        readPolicy: (resource) => scheduler.effect(process, 'policies', () => lookAt(resource, cloud), away),
      },
    },
    access.writePolicy,
    now,
  );
  const writing: SharingPorts = {
    readPolicy: access.readPolicy,
    writePolicy: lookUps.writePolicy,
    recentPolicy: lookUps.recentPolicy,
    standing: plantedStanding(allowlist.standing, cloud),
    now,
    backOff,
    gather: () => scheduler.sleep(process, 20),
    takeTurn: ledger.takeTurn,
  };
  return plantedPipeline(
    {
      allowlist: allowlist.current,
      identity: { kind: 'account', email: 'guestlist@acme-guestlist.iam.gserviceaccount.com', others: [] },
      evidence: {
        projects: lookUps.projects,
        policies: lookUps.policies,
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
    },
    cloud,
  );
}

function watchedLedger(ledger: Ledger, { watch }: Cloud): Ledger {
  return {
    ...ledger,
    release: (hold) => {
      watch.noteRelease(hold.token);
      return ledger.release(hold);
    },
  };
}

function allowlistReader(process: Process, cloud: Cloud): () => Promise<string> {
  const { scheduler } = cloud;
  let asked = 0;
  let answered = 0;
  return async () => {
    asked += 1;
    const mine = asked;
    const version = await scheduler.effect(
      process,
      'allowlist',
      () => cloud.allowlist,
      () => new Redeliver('allowlist-unavailable', 'simulated'),
    );
    if (mine > answered) {
      answered = mine;
      process.lastRead = version;
      process.lastReadAt = scheduler.now();
    }
    return version.text;
  };
}

function channelOf(name: string, process: Process, { scheduler, arrivals, violations }: Cloud): Channel {
  const failure = () => new Error('the channel is down');
  return {
    name,
    hears: 'everything',
    send: (posting, thread) =>
      scheduler.effect(
        process,
        `send ${name}`,
        () => {
          const own = `thread of ${posting.report.incident.id}`;
          if (thread !== null && thread !== own) violations.push(`${name} was given the ${thread} for ${own}`);
          arrivals.push({ ...posting, channel: name, at: scheduler.now() });
          return own;
        },
        failure,
      ),
    sendDigest: () => scheduler.effect(process, `send ${name}`, () => undefined, failure),
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import * as functions from '@google-cloud/functions-framework';
import { openAllowlist } from './allowlist-file.ts';
import { type Config, readConfig } from './config.ts';
import { NOT_ASKED, type Troubleshooter } from './diagnosis/evidence.ts';
import type { EventLog } from './event-log.ts';
import { createLoggingChannel } from './google/logging-channel.ts';
import { createLogWriter, type LogLine, type WriteLog } from './google/logging-client.ts';
import { readOwnIdentity } from './google/own-identity.ts';
import { createPolicyReader, createPolicyWriter } from './google/policy-access.ts';
import { createTroubleshooter } from './google/policy-troubleshooter.ts';
import { createProjectFinder } from './google/project-finder.ts';
import { createPubSubChannel } from './google/pubsub-channel.ts';
import { createPublisher } from './google/pubsub-topic.ts';
import { createQuarantine } from './google/quarantine.ts';
import { createResourceManagerClients, once } from './google/resource-manager-clients.ts';
import { createRoleReader } from './google/role-reader.ts';
import type { Identity } from './iam/identity.ts';
import { createCallerWatch } from './ledger/caller-watch.ts';
import { createMemoryLedger } from './ledger/memory-ledger.ts';
import { handleMessage } from './pipeline.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { Redeliver } from './redeliver.ts';
import { shareWrites } from './remediation/share-writes.ts';

// Read at load: a function that is set up wrongly does not start, and every problem is named at once.
const config = readConfig(process.env);
const events = standardOutput();
const allowlist = openAllowlist(config.allowlistPath, events);
const pipeline = once(() => compose(config));

functions.cloudEvent('remediate', async (event: unknown) => {
  const composed = await pipeline();
  try {
    await handleMessage(event, composed);
  } catch (error) {
    const reason = error instanceof Redeliver ? error.reason : 'defect';
    composed.events.write({
      event: 'message-handed-back',
      reason,
      detail: error instanceof Error ? error.message : 'unknown error',
    });
    throw error;
  }
});

/** The quota of the Policy Troubleshooter is not published; this is far below what other IAM reads allow. */
const TROUBLESHOOTER_CALLS_PER_HOUR = 600;

/** Long enough for the requests of one moment to share a policy write, too short for anybody to notice. */
const GATHERING_MILLISECONDS = 20;

async function compose(settings: Config): Promise<Pipeline> {
  const ledger = createMemoryLedger();
  const clients = createResourceManagerClients(settings.resourceManager);
  const write = settings.log === null ? logToStandardOutput : createLogWriter(settings.log, settings.logging);
  const reportTopic = settings.reportTopic === null ? [] : [createPubSubChannel(createPublisher(settings.reportTopic))];
  const channels = [createLoggingChannel(write), ...reportTopic];
  const quarantineTopic = settings.quarantineTopic === null ? null : createPublisher(settings.quarantineTopic);
  events.write({
    event: 'function-started',
    mode: allowlist.current().mode,
    rules: allowlist.current().rules.length,
    channels: channels.map((channel) => channel.name).join(' '),
  });
  return {
    allowlist: allowlist.current,
    identity: await identityOf(settings),
    evidence: {
      projects: createProjectFinder(clients),
      policies: createPolicyReader(clients),
      roles: createRoleReader(settings.iam),
      troubleshooter: troubleshooterOf(settings),
      grants: ledger,
    },
    ledger,
    watch: createCallerWatch(settings.suspicion),
    awaitShadow: () => sleep(settings.shadowHoldSeconds * 1000),
    applyChange: shareWrites({
      ...createPolicyWriter(clients),
      standing: async () => allowlist.standing(),
      now: Date.now,
      gather: () => sleep(GATHERING_MILLISECONDS),
      backOff,
    }),
    channels,
    quarantine: createQuarantine(quarantineTopic, write, events, Date.now),
    events,
    now: Date.now,
  };
}

function troubleshooterOf({ troubleshooter, troubleshooterEndpoint }: Config): Troubleshooter {
  if (troubleshooter === 'off') return NOT_ASKED;
  const errors = troubleshooter === 'with-errors' ? 'ask' : 'do-not-ask';
  return createTroubleshooter({
    endpoint: troubleshooterEndpoint,
    errors,
    callsPerHour: TROUBLESHOOTER_CALLS_PER_HOUR,
    now: Date.now,
  });
}

async function identityOf(settings: Config): Promise<Identity> {
  return settings.identity === null ? readOwnIdentity() : { kind: 'account', email: settings.identity };
}

// Truncated exponential backoff with full jitter (iam/docs/retry-strategy).
async function backOff(attempt: number): Promise<void> {
  await sleep(Math.random() * Math.min(4_000, 50 * 2 ** attempt));
}

// Cloud Run turns each JSON line on standard output into a log entry (logging/docs/structured-logging).
function standardOutput(): EventLog {
  return {
    write: (event) => {
      const severity = event.event === 'message-handed-back' ? 'WARNING' : 'INFO';
      console.log(JSON.stringify({ severity, message: event.event, ...event }));
    },
  };
}

const logToStandardOutput: WriteLog = async (lines: readonly LogLine[]) => {
  for (const { severity, insertId, labels, payload } of lines) {
    console.log(
      JSON.stringify({
        severity,
        'logging.googleapis.com/insertId': insertId,
        'logging.googleapis.com/labels': labels,
        ...payload,
      }),
    );
  }
};

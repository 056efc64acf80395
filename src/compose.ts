import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileReader, openAllowlist } from './allowlist-source.ts';
import { composeChannels } from './compose-channels.ts';
import type { Config } from './config.ts';
import { NOT_ASKED, type Troubleshooter } from './diagnosis/evidence.ts';
import type { EventLog } from './event-log.ts';
import { openGathering } from './gather-changes.ts';
import { createAccountPolicyReader } from './google/account-policy.ts';
import { createFirestoreStore } from './google/firestore-store.ts';
import { createIamRest } from './google/iam-rest.ts';
import { createLoggingChannel } from './google/logging-channel.ts';
import { createLogWriter, type LogLine, type WriteLog } from './google/logging-client.ts';
import { readOwnIdentity } from './google/own-identity.ts';
import { createPolicyReader, createPolicyWriter } from './google/policy-access.ts';
import { createTroubleshooter } from './google/policy-troubleshooter.ts';
import { createProjectFinder } from './google/project-finder.ts';
import { createPubSubChannel } from './google/pubsub-channel.ts';
import { createPublisher, type TopicName } from './google/pubsub-topic.ts';
import { createQuarantine } from './google/quarantine.ts';
import { createResourceManagerClients } from './google/resource-manager-clients.ts';
import { createRoleReader } from './google/role-reader.ts';
import { createObjectReader, parseObjectName } from './google/storage-object.ts';
import type { Identity } from './iam/identity.ts';
import { createCallerWatch } from './ledger/caller-watch.ts';
import { createLedger, type LedgerPorts } from './ledger/create-ledger.ts';
import type { DocumentStore } from './ledger/document-store.ts';
import { createMemoryStore } from './ledger/memory-store.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { removeBindings } from './remediation/remove-bindings.ts';
import { type SharingPorts, shareWrites } from './remediation/share-writes.ts';
import { shareLookUps } from './share-look-ups.ts';
import type { Tracing } from './tracing.ts';

/** The quota of the Policy Troubleshooter is not published; this is far below what other IAM reads allow. */
const TROUBLESHOOTER_CALLS_PER_HOUR = 600;

/** Where a process writes to. `print` takes lines of the log where none is configured. */
export interface Surroundings {
  readonly events: EventLog;
  readonly print: (line: string) => void;
  readonly tracing: Tracing;
  /** Instead of the configured one. */
  readonly store?: DocumentStore;
}

/** Puts the pipeline together from real adapters, as the configuration says. */
export async function compose(settings: Config, surroundings: Surroundings): Promise<Pipeline> {
  const { events, print, tracing } = surroundings;
  const allowlist = await openAllowlist(settings.allowlistPath, allowlistReader(settings), events);
  const ledgerPorts = ledgerPortsOf(settings, surroundings.store ?? storeOf(settings));
  const ledger = createLedger(ledgerPorts);
  const clients = createResourceManagerClients(settings.resourceManager);
  const write = settings.log === null ? logTo(print) : createLogWriter(settings.log, settings.logging);
  const publisher = (topic: TopicName) => createPublisher(topic, settings.pubsub);
  const reportTopic = settings.reportTopic === null ? [] : [createPubSubChannel(publisher(settings.reportTopic))];
  const quarantineTopic = settings.quarantineTopic === null ? null : publisher(settings.quarantineTopic);
  const gathering = openGathering();
  const iam = createIamRest(settings.iam);
  const access = createPolicyWriter(clients);
  const lookUps = shareLookUps(
    { projects: createProjectFinder(clients), policies: createPolicyReader(clients) },
    access.writePolicy,
    Date.now,
  );
  const writing: SharingPorts = {
    readPolicy: access.readPolicy,
    writePolicy: lookUps.writePolicy,
    recentPolicy: lookUps.recentPolicy,
    standing: allowlist.standing,
    now: Date.now,
    gather: gathering.gather,
    takeTurn: ledger.takeTurn,
    backOff,
  };
  return {
    allowlist: allowlist.current,
    identity: await identityOf(settings),
    evidence: {
      projects: gathering.watchProjects(lookUps.projects),
      policies: gathering.watchPolicies(lookUps.policies),
      roles: createRoleReader(iam),
      troubleshooter: troubleshooterOf(settings),
      grants: ledger,
    },
    accountPolicies: createAccountPolicyReader(iam),
    ledger,
    watch: createCallerWatch(ledgerPorts, settings.suspicion),
    awaitShadow: () => sleep(settings.shadowHoldSeconds * 1000),
    applyChange: shareWrites(writing),
    removeBindings: (removal) => removeBindings(removal, writing),
    channels: [createLoggingChannel(write), ...reportTopic, ...composeChannels(settings, events, Date.now)],
    quarantine: createQuarantine(quarantineTopic, write, events, Date.now),
    events,
    tracing,
    now: Date.now,
  };
}

function allowlistReader({ allowlistPath, storage }: Config) {
  const object = parseObjectName(allowlistPath);
  return object === null ? fileReader(allowlistPath) : createObjectReader(object, storage);
}

function storeOf({ firestore }: Config): DocumentStore {
  return firestore === null ? createMemoryStore() : createFirestoreStore(firestore);
}

function ledgerPortsOf({ leaseSeconds }: Config, store: DocumentStore): LedgerPorts {
  return { store, now: Date.now, backOff, newToken: randomUUID, leaseSeconds };
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
  const { identity, console } = settings;
  const own: Identity = identity === null ? await readOwnIdentity() : { kind: 'account', email: identity, others: [] };
  return own.kind === 'account' && console.account !== null ? { ...own, others: [console.account] } : own;
}

// Truncated exponential backoff with full jitter (iam/docs/retry-strategy).
async function backOff(attempt: number): Promise<void> {
  await sleep(Math.random() * Math.min(4_000, 50 * 2 ** attempt));
}

function logTo(print: (line: string) => void): WriteLog {
  return async (lines: readonly LogLine[]) => {
    for (const { severity, insertId, labels, payload } of lines) {
      const fields = { 'logging.googleapis.com/insertId': insertId, 'logging.googleapis.com/labels': labels };
      print(JSON.stringify({ severity, ...fields, ...payload }));
    }
  };
}

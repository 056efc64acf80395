import { type ChannelConfig, type ReadVariable, readChannelConfig } from './channel-config.ts';
import { type ConsoleConfig, readConsoleConfig } from './console-config.ts';
import { didYouMean } from './decision/allowlist-issue.ts';
import { type Endpoint, parseLocalEndpoint } from './google/endpoint.ts';
import type { DatabaseName } from './google/firestore-store.ts';
import type { LogName } from './google/logging-client.ts';
import type { TopicName } from './google/pubsub-topic.ts';
import type { PushIdentity } from './google/push-token.ts';
import { parseObjectName } from './google/storage-object.ts';
import { isWholeEmail } from './iam/email.ts';
import { parseProject } from './iam/project.ts';
import { DEFAULT_LEASE_SECONDS } from './ledger/incident-record.ts';
import { DEFAULT_SUSPICION_LIMITS, type SuspicionLimits } from './ledger/judge-caller.ts';
import { DEFAULT_SWEEP_LIMITS, type SweepLimits } from './sweep/sweep-limits.ts';

/** How the function is set up, read from its environment alone. */
export interface Config {
  /** Path of the allowlist's file, or `gs://BUCKET/OBJECT`. */
  readonly allowlistPath: string;
  /** Own service account, or null to ask the metadata server. */
  readonly identity: string | null;
  readonly ledger: 'memory' | 'firestore';
  /** The ledger's database; null exactly when the ledger is in memory. */
  readonly firestore: DatabaseName | null;
  /** Where an emulator of it is. */
  readonly firestoreEndpoint: Endpoint;
  readonly pubsub: Endpoint;
  /** For how long an incident is held by a process that is not heard of. */
  readonly leaseSeconds: number;
  readonly reportTopic: TopicName | null;
  readonly quarantineTopic: TopicName | null;
  /** Log for reports, or null for structured lines on standard output. */
  readonly log: LogName | null;
  readonly resourceManager: Endpoint;
  readonly logging: Endpoint;
  readonly iam: Endpoint;
  readonly storage: Endpoint;
  readonly suspicion: SuspicionLimits;
  /** How long a grant waits for the record of a perimeter that may follow its denial. */
  readonly shadowHoldSeconds: number;
  readonly troubleshooter: TroubleshooterUse;
  readonly troubleshooterEndpoint: Endpoint;
  readonly sweep: SweepLimits;
  readonly channels: ChannelConfig;
  /** Who may push messages, or null where nothing is verified. */
  readonly pushIdentity: PushIdentity | null;
  /** Where the keys for push tokens are. */
  readonly pushKeys: Endpoint;
  readonly console: ConsoleConfig;
  /** Where the keys of Identity-Aware Proxy are. */
  readonly proxyKeys: Endpoint;
}

/** Whether the Policy Troubleshooter is asked, and whether also about single errors (beta). */
export type TroubleshooterUse = 'off' | 'on' | 'with-errors';

/** An incident that is lost while a grant only waits would never be granted. */
const LEAST_WORK_SECONDS = 5;

/** Every problem of the environment at once. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`Guestlist cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Reads the environment, or throws a `ConfigError` that names everything that is wrong with it. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const asked = new Set(['GUESTLIST_ALLOWLIST']);
  const readVariable: ReadVariable = (name, expected, parse, shown) => {
    asked.add(name);
    const text = environment[name] ?? '';
    const value = text === '' ? null : parse(text);
    const got = shown === 'shown' ? `got ${JSON.stringify(text)}` : 'got something else, which is not shown';
    if (text !== '' && value === null) problems.push(`${name}: expected ${expected}, ${got}`);
    return value;
  };
  const read = <T>(name: string, expected: string, parse: (text: string) => T | null): T | null =>
    readVariable(name, expected, parse, 'shown');
  const endpoint = (name: string): Endpoint => read(name, EXPECTED_ENDPOINT, parseLocalEndpoint) ?? { kind: 'google' };
  const number = (name: string, least: number, most: number, otherwise: number): number =>
    read(name, `a number from ${least} to ${most}`, (text) => parseNumber(text, least, most)) ?? otherwise;
  const topic = (name: string) => read(name, 'projects/PROJECT/topics/TOPIC', parseTopic);
  const ledger = read('GUESTLIST_LEDGER', 'memory or firestore', parseLedger) ?? 'memory';
  const database = read('GUESTLIST_FIRESTORE', 'projects/PROJECT/databases/DATABASE', parseDatabase);
  const config: Config = {
    allowlistPath: environment.GUESTLIST_ALLOWLIST ?? '',
    identity: read('GUESTLIST_IDENTITY', 'the e-mail address of a service account', (text) =>
      isWholeEmail(text) ? text : null,
    ),
    ledger,
    firestore: ledger === 'firestore' ? database : null,
    firestoreEndpoint: endpoint('FIRESTORE_EMULATOR_HOST'),
    pubsub: endpoint('PUBSUB_EMULATOR_HOST'),
    leaseSeconds: number('GUESTLIST_LEASE_SECONDS', 10, 600, DEFAULT_LEASE_SECONDS),
    reportTopic: topic('GUESTLIST_REPORT_TOPIC'),
    quarantineTopic: topic('GUESTLIST_QUARANTINE_TOPIC'),
    log: read('GUESTLIST_LOG', 'projects/PROJECT/logs/NAME', parseLog),
    resourceManager: endpoint('GUESTLIST_RESOURCE_MANAGER_ENDPOINT'),
    logging: endpoint('GUESTLIST_LOGGING_ENDPOINT'),
    iam: endpoint('GUESTLIST_IAM_ENDPOINT'),
    storage: endpoint('GUESTLIST_STORAGE_ENDPOINT'),
    suspicion: {
      permissions: number('GUESTLIST_RECONNAISSANCE_PERMISSIONS', 2, 100, DEFAULT_SUSPICION_LIMITS.permissions),
      projects: number('GUESTLIST_RECONNAISSANCE_PROJECTS', 2, 100, DEFAULT_SUSPICION_LIMITS.projects),
      windowMinutes: number('GUESTLIST_RECONNAISSANCE_MINUTES', 1, 1_440, DEFAULT_SUSPICION_LIMITS.windowMinutes),
    },
    shadowHoldSeconds: number('GUESTLIST_SHADOW_HOLD_SECONDS', 0, 60, 5),
    troubleshooter: read('GUESTLIST_TROUBLESHOOTER', 'off, on or with-errors', parseUse) ?? 'off',
    troubleshooterEndpoint: endpoint('GUESTLIST_TROUBLESHOOTER_ENDPOINT'),
    sweep: {
      grants: number('GUESTLIST_SWEEP_GRANTS', 1, 1_000, DEFAULT_SWEEP_LIMITS.grants),
      projects: number('GUESTLIST_SWEEP_PROJECTS', 1, 500, DEFAULT_SWEEP_LIMITS.projects),
      digestHours: number('GUESTLIST_DIGEST_HOURS', 1, 168, DEFAULT_SWEEP_LIMITS.digestHours),
    },
    channels: readChannelConfig(readVariable, problems),
    pushIdentity: readPushIdentity(read, problems),
    pushKeys: endpoint('GUESTLIST_PUSH_KEYS_ENDPOINT'),
    console: readConsoleConfig(readVariable, environment, problems),
    proxyKeys: endpoint('GUESTLIST_IAP_KEYS_ENDPOINT'),
  };
  if (config.leaseSeconds < config.shadowHoldSeconds + LEAST_WORK_SECONDS)
    problems.push(
      `GUESTLIST_LEASE_SECONDS: expected at least ${LEAST_WORK_SECONDS} more than GUESTLIST_SHADOW_HOLD_SECONDS, got ${config.leaseSeconds} and ${config.shadowHoldSeconds}`,
    );
  if (ledger === 'firestore' && database === null)
    problems.push('GUESTLIST_FIRESTORE: expected projects/PROJECT/databases/DATABASE, it is not set');
  if (config.pushKeys.kind === 'local' && environment.K_SERVICE !== undefined)
    problems.push(
      'GUESTLIST_PUSH_KEYS_ENDPOINT: expected not to be set on Cloud Run; whoever answers there says who pushes',
    );
  if (config.allowlistPath === '')
    problems.push('GUESTLIST_ALLOWLIST: expected the path of the allowlist, it is not set');
  if (config.allowlistPath.startsWith('gs:') && parseObjectName(config.allowlistPath) === null)
    problems.push(`GUESTLIST_ALLOWLIST: expected gs://BUCKET/OBJECT, got ${JSON.stringify(config.allowlistPath)}`);
  for (const name of Object.keys(environment)) {
    if (name.startsWith('GUESTLIST_') && !asked.has(name))
      problems.push(`${name}: unknown variable${didYouMean(name, [...asked])}`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

const EXPECTED_ENDPOINT = 'host:port on a loopback address, such as 127.0.0.1:8085 (leave it unset for Google)';

/** Where the APIs are that a command only reads from. */
export type ReadEndpoints = Pick<Config, 'resourceManager' | 'logging' | 'iam'>;

/** Reads only the endpoints, for commands that need no configuration beside. Throws a `ConfigError`. */
export function readEndpoints(environment: Readonly<Record<string, string | undefined>>): ReadEndpoints {
  const problems: string[] = [];
  const endpoint = (name: string): Endpoint => {
    const text = environment[name] ?? '';
    const local = text === '' ? null : parseLocalEndpoint(text);
    if (text !== '' && local === null)
      problems.push(`${name}: expected ${EXPECTED_ENDPOINT}, got ${JSON.stringify(text)}`);
    return local ?? { kind: 'google' };
  };
  const endpoints = {
    resourceManager: endpoint('GUESTLIST_RESOURCE_MANAGER_ENDPOINT'),
    logging: endpoint('GUESTLIST_LOGGING_ENDPOINT'),
    iam: endpoint('GUESTLIST_IAM_ENDPOINT'),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return endpoints;
}

function readPushIdentity(
  read: <T>(name: string, expected: string, parse: (text: string) => T | null) => T | null,
  problems: string[],
): PushIdentity | null {
  const audience = read('GUESTLIST_PUSH_AUDIENCE', 'the audience of push tokens', (text) => text);
  const account = read('GUESTLIST_PUSH_ACCOUNT', 'the e-mail address of a service account', (text) =>
    isWholeEmail(text) ? text : null,
  );
  if ((audience === null) !== (account === null))
    problems.push('GUESTLIST_PUSH_AUDIENCE: expected GUESTLIST_PUSH_ACCOUNT with it, and it with that');
  return audience === null || account === null ? null : { audience, account };
}

function parseLedger(text: string): Config['ledger'] | null {
  return text === 'memory' || text === 'firestore' ? text : null;
}

function parseDatabase(text: string): DatabaseName | null {
  const [, project = '', database = ''] =
    /^projects\/([^/]+)\/databases\/(\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/.exec(text) ?? [];
  return parseProject(project) === null ? null : { project, database };
}

function parseUse(text: string): TroubleshooterUse | null {
  return text === 'off' || text === 'on' || text === 'with-errors' ? text : null;
}

function parseNumber(text: string, least: number, most: number): number | null {
  const value = /^[0-9]{1,9}(?:\.[0-9]{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : null;
}

function parseTopic(text: string): TopicName | null {
  const [, project = '', topic = ''] =
    /^projects\/([^/]+)\/topics\/([A-Za-z][A-Za-z0-9._~+%-]{2,254})$/.exec(text) ?? [];
  return parseProject(project) === null ? null : { project, topic };
}

function parseLog(text: string): LogName | null {
  const [, project = '', log = ''] = /^projects\/([^/]+)\/logs\/([A-Za-z0-9._-]{1,400})$/.exec(text) ?? [];
  return parseProject(project) === null ? null : { project, log };
}

import { PubSub } from '@google-cloud/pubsub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRecord } from '../../src/ingest/fields.ts';
import type { Emulator } from '../../src/local/emulator.ts';
import { findFirestoreEmulator, startFirestoreEmulator } from '../../src/local/firestore-emulator.ts';
import { findPubSubEmulator, startPubSubEmulator } from '../../src/local/pubsub-emulator.ts';
import { guestlistWith, jsonLines } from '../cli/run-command.ts';
import { emulatorProgram } from '../emulator-program.ts';
import { ALLOW_ALL_OF_SANDBOX, IDENTITY, openStage, reportsIn, type Stage, TOPIC, theWorld } from './stage.ts';

const PROJECT = 'acme-guestlist';
const ORGANIZATION = 'organizations/123456789012';
const SINK = `${ORGANIZATION}/sinks/guestlist-denials`;
const ROLE = `${ORGANIZATION}/roles/guestlist`;
const LIMIT = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/aiplatform.user'])";
const pubsubProgram = emulatorProgram('Pub/Sub', findPubSubEmulator());
const firestoreProgram = emulatorProgram('Firestore', findFirestoreEmulator());

describe.skipIf(pubsubProgram === null || firestoreProgram === null)('guestlist doctor', () => {
  let emulators: readonly Emulator[] = [];
  let client: PubSub;
  let stage: Stage;

  beforeAll(async () => {
    const [pubsub, firestore] = await Promise.all([
      startPubSubEmulator(pubsubProgram ?? ''),
      startFirestoreEmulator(firestoreProgram ?? ''),
    ]);
    emulators = [pubsub, firestore];
    process.env.PUBSUB_EMULATOR_HOST = pubsub.host;
    client = new PubSub({ projectId: PROJECT });
    for (const topic of ['vertex-denials', 'dead-letters']) await client.createTopic(topic);
    const permissions = [
      'resourcemanager.projects.get',
      'resourcemanager.projects.getIamPolicy',
      'resourcemanager.projects.setIamPolicy',
      'resourcemanager.folders.get',
    ];
    stage = await openStage({
      allowlist: ALLOW_ALL_OF_SANDBOX,
      world: { ...theWorld(), roles: [{ name: ROLE, title: 'Guestlist', includedPermissions: permissions }] },
      environment: {
        PUBSUB_EMULATOR_HOST: pubsub.host,
        FIRESTORE_EMULATOR_HOST: firestore.host,
        GUESTLIST_LEDGER: 'firestore',
        GUESTLIST_FIRESTORE: `projects/${PROJECT}/databases/guestlist`,
      },
    });
    install(stage);
    const pushEndpoint = `http://127.0.0.1:${stage.instances[0]?.port}/${TOPIC}`;
    await client.topic('vertex-denials').createSubscription('guestlist-denials', {
      pushConfig: { pushEndpoint, oidcToken: { serviceAccountEmail: IDENTITY, audience: 'https://remediate' } },
      deadLetterPolicy: { deadLetterTopic: `projects/${PROJECT}/topics/dead-letters`, maxDeliveryAttempts: 50 },
      expirationPolicy: {},
    });
  }, 120_000);

  afterAll(async () => {
    await client.close();
    await stage.stop();
    for (const emulator of emulators) await emulator.stop();
  });

  const doctor = async (...args: readonly string[]) => {
    const { status, out, err } = await guestlistWith(stage.environment, ['doctor', '--json', ...args]);
    const results = jsonLines(out).flatMap((result) => (isRecord(result) ? [result] : []));
    return { status, err, lines: results.map(({ name, state }) => `${name}: ${state}`), results };
  };

  it('finds nothing wrong in an installation that works, and says what this place cannot show', async () => {
    const { status, err, lines } = await doctor();
    expect({ status, err, lines }).toEqual({
      status: 0,
      err: '',
      lines: [
        'audit logs: ok',
        'audit logs: note',
        'sink: ok',
        // The emulator keeps no policies of topics.
        'publishers: not-readable',
        'subscription: note',
        'permissions: ok',
        'permissions: ok',
        'allowlist: ok',
        'ledger: ok',
        'channels: ok',
      ],
    });
    expect(stage.cloud.state.writes).toHaveLength(1);
    expect(reportsIn(stage.cloud)).toEqual([]);
  });

  it('sends a marked denial the whole way, which is reported and leads to no grant', async () => {
    const { status, lines } = await doctor('--send-test');
    expect(status).toBe(0);
    expect(lines.at(-1)).toBe('test: ok');
    const [report] = reportsIn(stage.cloud);
    expect(JSON.stringify(report)).toContain('This is a test of Guestlist');
    expect(stage.cloud.state.writes).toHaveLength(1);
  });

  it('names what is wrong and how to mend it, with exit code 1', async () => {
    const { sinks } = stage.cloud;
    const sink = sinks.get(SINK);
    if (sink === undefined) throw new Error('no sink');
    sinks.set(SINK, { ...sink, disabled: true });
    const { status, results } = await doctor();
    sinks.set(SINK, sink);
    expect(status).toBe(1);
    expect(results.filter(({ state }) => state === 'wrong')).toEqual([
      { name: 'sink', state: 'wrong', text: `${SINK} is switched off`, fix: 'Switch it on in the Log Router.' },
    ]);
  });

  it('takes what it may not see, or does not find, for neither right nor wrong', async () => {
    const { status, lines } = await doctor(
      '--sink',
      `${ORGANIZATION}/sinks/other`,
      '--subscription',
      'projects/acme-guestlist/subscriptions/other',
    );
    expect(status).toBe(0);
    expect(lines).toEqual(expect.arrayContaining(['sink: not-readable', 'subscription: not-readable']));
  });

  it('says how a sink is named', async () => {
    const { status, err } = await doctor('--sink', 'guestlist-denials');
    expect(status).toBe(2);
    expect(err).toContain('--sink: expected a name such as organizations/123456789012/sinks/guestlist-denials');
  });
});

// What the deployment makes of the organization.
function install({ cloud }: Stage): void {
  const policy = cloud.state.policy(ORGANIZATION);
  if (policy === null) throw new Error('no policy');
  const condition = { title: 'one_role_only', description: '', expression: LIMIT, location: '' };
  const bindings = [...policy.bindings, { role: ROLE, members: [`serviceAccount:${IDENTITY}`], condition }];
  const auditLogConfigs = [{ logType: 'DATA_READ', exemptedMembers: [] }];
  const auditConfigs = [{ service: 'aiplatform.googleapis.com', auditLogConfigs }];
  cloud.state.write(ORGANIZATION, { ...policy, version: 3, bindings, auditConfigs }, 'the deployment');
  cloud.sinks.set(SINK, {
    destination: `pubsub.googleapis.com/${TOPIC}`,
    filter:
      'protoPayload.serviceName="aiplatform.googleapis.com" AND protoPayload.status.code=7 AND NOT protoPayload.metadata.dryRun=true',
    includeChildren: true,
    writerIdentity: 'serviceAccount:service-org-123456789012@gcp-sa-logging.iam.gserviceaccount.com',
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type Message, PubSub } from '@google-cloud/pubsub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFirestoreStore } from '../../src/google/firestore-store.ts';
import { createLedger } from '../../src/ledger/create-ledger.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { asServiceAccount, deniedCall } from '../../src/local/demo/demo-entries.ts';
import type { Emulator } from '../../src/local/emulator.ts';
import { findFirestoreEmulator, startFirestoreEmulator } from '../../src/local/firestore-emulator.ts';
import { type FunctionProcess, startFunction } from '../../src/local/function-process.ts';
import { findPubSubEmulator, startPubSubEmulator } from '../../src/local/pubsub-emulator.ts';
import { linesOf } from '../../src/remediation/policy-diff.ts';
import { emulatorProgram } from '../emulator-program.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { gist, openStage, reportsIn, type Stage, TOPIC, theWorld } from './stage.ts';

const PROJECT = 'acme-guestlist';
const DATABASE = { project: PROJECT, database: 'guestlist' } as const;
const pubsubProgram = emulatorProgram('Pub/Sub', findPubSubEmulator());
const firestoreProgram = emulatorProgram('Firestore', findFirestoreEmulator());
const member = (name: string) => `serviceAccount:${name}@acme-ml.iam.gserviceaccount.com`;
const denialOf = (name: string, insertId: string, project = 'acme-ml') =>
  JSON.stringify(
    deniedCall({ insertId, project, caller: asServiceAccount(`${name}@acme-ml.iam.gserviceaccount.com`) }),
  );

describe.skipIf(pubsubProgram === null || firestoreProgram === null)(
  'three processes behind a push subscription, with the ledger in Firestore',
  () => {
    let emulators: readonly Emulator[] = [];
    let stage: Stage;
    let balancer: Balancer;
    let client: PubSub;
    let ledger: Ledger;
    let processes: FunctionProcess[] = [];
    let isVisionDown = true;

    beforeAll(async () => {
      emulators = await Promise.all([
        startPubSubEmulator(pubsubProgram ?? ''),
        startFirestoreEmulator(firestoreProgram ?? ''),
      ]);
      const [pubsub = '', firestore = ''] = emulators.map(({ host }) => host);
      process.env.PUBSUB_EMULATOR_HOST = pubsub;
      process.env.FIRESTORE_EMULATOR_HOST = firestore;
      stage = await openStage({
        instances: 3,
        misbehaviour: {
          delayMilliseconds: 10,
          faultFor: ({ method, resource, count }) => {
            if (method === 'GetIamPolicy' && resource === 'projects/acme-vision' && isVisionDown)
              return { code: 8, message: 'over quota', when: 'before' };
            if (method === 'SetIamPolicy' && count % 4 === 0)
              return { code: 4, message: 'the answer is lost', when: 'after' };
            return null;
          },
        },
        environment: {
          PUBSUB_EMULATOR_HOST: pubsub,
          FIRESTORE_EMULATOR_HOST: firestore,
          GUESTLIST_LEDGER: 'firestore',
          GUESTLIST_FIRESTORE: `projects/${PROJECT}/databases/${DATABASE.database}`,
          GUESTLIST_LEASE_SECONDS: '10',
          GUESTLIST_SHADOW_HOLD_SECONDS: '0.3',
        },
      });
      processes = [...stage.instances];
      balancer = await startBalancer(() => processes.map(({ port }) => port));
      client = new PubSub({ projectId: PROJECT });
      const [topic] = await client.createTopic('vertex-denials');
      const [dead] = await client.createTopic('dead-letters');
      await dead.createSubscription('dead-letters');
      await topic.createSubscription('push', {
        pushEndpoint: `http://127.0.0.1:${balancer.port}/${TOPIC}`,
        ackDeadlineSeconds: 60,
        retryPolicy: { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 3 } },
        deadLetterPolicy: { deadLetterTopic: dead.name, maxDeliveryAttempts: 30 },
      });
      ledger = createLedger({
        store: createFirestoreStore(DATABASE),
        now: Date.now,
        backOff: () => sleep(20),
        newToken: () => 'test',
        leaseSeconds: 10,
      });
    }, 180_000);

    afterAll(async () => {
      await client.close();
      await balancer.stop();
      await Promise.all(processes.map((instance) => instance.stop('SIGKILL')));
      await stage.stop();
      await Promise.all(emulators.map((emulator) => emulator.stop()));
    }, 60_000);

    it('threat: grant each denial once and tell it once, although processes are killed and answers are lost', async () => {
      const names = Array.from({ length: 15 }, (_, index) => `worker${index}`);
      const before = theWorld().projects[0]?.policy;
      const messages = names.flatMap((name) => [0, 1, 2].map((call) => denialOf(name, `${name}-${call}`)));
      const publishing = Promise.all([...messages, ...messages.slice(0, 15)].map((text) => publish(client, text)));
      for (const at of [0, 1, 2]) {
        await sleep(700);
        await processes[at]?.stop('SIGKILL');
        processes[at] = await startFunction(stage.environment);
      }
      await publishing;
      await until(async () => (await applied(stage)).size === names.length && (await isQuiet(ledger)), 110_000);
      const after = stage.cloud.state.policy('projects/acme-ml');
      expect((after === null ? [] : linesOf(after)).toSorted()).toEqual(
        [
          ...(before ? linesOf(before) : []),
          ...names.map((name) => `roles/aiplatform.user  ${member(name)}`),
        ].toSorted(),
      );
      expect(after?.auditConfigs).toEqual(before?.auditConfigs);
      const reports = reportsIn(stage.cloud);
      expect(new Set(reports.map(gist))).toEqual(new Set(['missing-role apply applied']));
      expect(reports).toHaveLength(names.length);
      const grants = await ledger.grants.list({ by: 'newest', from: 0, until: Date.now(), limit: 100 });
      expect(grants.map(({ change }) => change.member).toSorted()).toEqual(names.map(member).toSorted());
      const incidents = await ledger.incidents({ by: 'newest', from: 0, until: Date.now(), limit: 100 });
      expect(incidents.map(({ facts }) => facts.repeats)).toEqual(names.map(() => 2));
    }, 150_000);

    it('lets a message go to the dead-letter topic that fails again and again, and works on it when it is sent again', async () => {
      const [topic] = await client.createTopic('failing');
      await topic.createSubscription('failing', {
        pushEndpoint: `http://127.0.0.1:${balancer.port}/projects/${PROJECT}/topics/failing`,
        ackDeadlineSeconds: 60,
        retryPolicy: { minimumBackoff: { seconds: 0 }, maximumBackoff: { seconds: 1 } },
        deadLetterPolicy: { deadLetterTopic: client.topic('dead-letters').name, maxDeliveryAttempts: 5 },
      });
      const text = denialOf('worker0', 'vision', 'acme-vision');
      await topic.publishMessage({ data: Buffer.from(text) });
      const letter = await nextDeadLetter(client);
      expect(letter.data.toString()).toBe(text);
      expect(reportsIn(stage.cloud).some(({ denial }) => JSON.stringify(denial).includes('acme-vision'))).toBe(false);
      isVisionDown = false;
      await publish(client, letter.data.toString());
      await until(
        async () => reportsIn(stage.cloud).some(({ denial }) => JSON.stringify(denial).includes('acme-vision')),
        60_000,
      );
      expect(gist(reportsIn(stage.cloud).at(-1) ?? {})).toBe('cross-project apply applied');
    }, 120_000);

    it('grants nothing while the ledger is away, and asks for the message again', async () => {
      const blind = await startFunction({ ...stage.environment, FIRESTORE_EMULATOR_HOST: '127.0.0.1:9' });
      try {
        const writes = stage.cloud.state.writes.length;
        const status = await fetch(`http://127.0.0.1:${blind.port}/${TOPIC}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            message: { data: Buffer.from(denialOf('late', 'late')).toString('base64'), messageId: '1' },
            subscription: 's',
          }),
        }).then((response) => response.status);
        expect(status).toBe(500);
        expect(stage.cloud.state.writes.length).toBe(writes);
        await blind.waitForLine(0, ({ reason }) => reason === 'ledger-unavailable', 5_000);
      } finally {
        await blind.stop();
      }
    }, 90_000);
  },
);

async function publish(client: PubSub, text: string): Promise<void> {
  await client.topic('vertex-denials').publishMessage({ data: Buffer.from(text) });
}

async function applied(stage: Stage): Promise<ReadonlySet<string>> {
  const reports = reportsIn(stage.cloud).filter((report) => gist(report).endsWith('applied'));
  return new Set(reports.map(({ change }) => JSON.stringify(change)));
}

async function isQuiet(ledger: Ledger): Promise<boolean> {
  const incidents = await ledger.incidents({ by: 'newest', from: 0, until: Date.now(), limit: 100 });
  return incidents.every(({ work, facts }) => work === null && facts.repeats === 2);
}

async function until(isDone: () => Promise<boolean>, milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await isDone())) {
    if (Date.now() > end) throw new Error(`it did not come to that within ${milliseconds / 1_000} seconds`);
    await sleep(200);
  }
}

async function nextDeadLetter(client: PubSub): Promise<Message> {
  const subscription = client.subscription('dead-letters');
  try {
    return await new Promise<Message>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no dead letter came within 60 seconds')), 60_000);
      subscription.on('message', (message) => {
        message.ack();
        clearTimeout(timer);
        resolve(message);
      });
    });
  } finally {
    await subscription.close();
  }
}

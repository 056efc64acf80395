import { setTimeout as sleep } from 'node:timers/promises';
import { type Message, PubSub, type Subscription } from '@google-cloud/pubsub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asServiceAccount, deniedCall } from '../../src/local/demo/demo-entries.ts';
import type { Emulator } from '../../src/local/emulator.ts';
import { findPubSubEmulator, startPubSubEmulator } from '../../src/local/pubsub-emulator.ts';
import { emulatorProgram } from '../emulator-program.ts';
import { gist, membersOf, openStage, reportsIn, type Stage, TOPIC } from './stage.ts';

const PROJECT = 'acme-guestlist';
const program = emulatorProgram('Pub/Sub', findPubSubEmulator());

describe.skipIf(program === null)("Google's Pub/Sub emulator with a real push subscription", () => {
  let emulator: Emulator;
  let client: PubSub;
  let stage: Stage;
  let isLogDown = false;

  beforeAll(async () => {
    emulator = await startPubSubEmulator(program ?? '');
    process.env.PUBSUB_EMULATOR_HOST = emulator.host;
    client = new PubSub({ projectId: PROJECT });
    await client.createTopic('vertex-denials');
    await client.createTopic('reports');
    await client.createTopic('quarantine');
    stage = await openStage({
      environment: {
        PUBSUB_EMULATOR_HOST: emulator.host,
        GUESTLIST_REPORT_TOPIC: `projects/${PROJECT}/topics/reports`,
        GUESTLIST_QUARANTINE_TOPIC: `projects/${PROJECT}/topics/quarantine`,
      },
      misbehaviour: {
        delayMilliseconds: 0,
        faultFor: ({ method }) =>
          method === 'WriteLogEntries' && isLogDown ? { code: 7, message: 'down', when: 'before' } : null,
      },
    });
    const pushEndpoint = `http://127.0.0.1:${stage.instances[0]?.port}/${TOPIC}`;
    await client.topic('vertex-denials').createSubscription('push', { pushEndpoint, ackDeadlineSeconds: 60 });
  });

  afterAll(async () => {
    await client.close();
    await stage.stop();
    await emulator.stop();
  });

  it('delivers a denial that ends in one grant, and its report on the report topic', async () => {
    const reports = await listen(client, 'reports');
    await publish(client, denialOf('pushed'));
    const message = await next(reports);
    expect(message.attributes).toEqual(
      expect.objectContaining({ schema: 'guestlist.report/v1', cause: 'missing-role', outcome: 'applied' }),
    );
    expect(gist(JSON.parse(message.data.toString()))).toBe('missing-role apply applied');
    expect(membersOf(stage.cloud, 'acme-ml')).toContain(memberOf('pushed'));
  });

  it('delivers again after a 5xx, and that ends in one binding and one report', async () => {
    const writes = stage.cloud.state.writes.length;
    const instance = stage.instances[0];
    const from = instance?.lines.length ?? 0;
    isLogDown = true;
    await publish(client, denialOf('again'));
    await instance?.waitForLine(from, (line) => line.event === 'message-handed-back', 10_000);
    isLogDown = false;
    await instance?.waitForLine(from, (line) => line.event === 'denial-reported', 20_000);
    expect(stage.cloud.state.writes.length).toBe(writes + 1);
    const own = reportsIn(stage.cloud).filter((report) => JSON.stringify(report.denial).includes('again@'));
    expect(own.map(gist)).toEqual(['missing-role apply applied']);
  });

  it('keeps an unreadable message whole on the quarantine topic', async () => {
    const quarantine = await listen(client, 'quarantine');
    await publish(client, 'no entry at all');
    const message = await next(quarantine);
    expect(message.data.toString()).toBe('no entry at all');
    expect(message.attributes.reason).toMatch(/not JSON/);
  });
});

function denialOf(name: string): string {
  return JSON.stringify(
    deniedCall({
      insertId: name,
      project: 'acme-ml',
      caller: asServiceAccount(`${name}@acme-ml.iam.gserviceaccount.com`),
    }),
  );
}

function memberOf(name: string): string {
  return `serviceAccount:${name}@acme-ml.iam.gserviceaccount.com`;
}

async function publish(client: PubSub, text: string): Promise<void> {
  await client.topic('vertex-denials').publishMessage({ data: Buffer.from(text) });
}

async function listen(client: PubSub, topic: string): Promise<Subscription> {
  const [subscription] = await client.topic(topic).createSubscription(`read-${topic}`);
  return subscription;
}

async function next(subscription: Subscription): Promise<Message> {
  const messages: Message[] = [];
  subscription.on('message', (message) => {
    message.ack();
    messages.push(message);
  });
  for (let tries = 0; tries < 200; tries += 1) {
    const [message] = messages;
    if (message !== undefined) {
      await subscription.close();
      return message;
    }
    await sleep(50);
  }
  throw new Error('no message came within 10 seconds');
}

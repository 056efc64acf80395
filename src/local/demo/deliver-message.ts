import { randomUUID } from 'node:crypto';
import { findPubSubEmulator, startPubSubEmulator } from '../pubsub-emulator.ts';

/** How the demo's messages get to the function. */
export interface Delivery {
  readonly description: string;
  /** What the function has to know, such as the emulator's address. */
  readonly environment: Readonly<Record<string, string>>;
  /** Called once the function listens on this port. */
  connect(port: number): Promise<void>;
  publish(text: string): Promise<void>;
  stop(): Promise<void>;
}

const PROJECT = 'acme-guestlist';
const TOPIC = `projects/${PROJECT}/topics/vertex-denials`;

/** Through the Pub/Sub emulator with a push subscription where it is installed, else by HTTP as Pub/Sub would post. */
export async function openDelivery(): Promise<Delivery> {
  const program = findPubSubEmulator();
  return program === null ? httpDelivery() : emulatorDelivery(program);
}

function httpDelivery(): Delivery {
  let port = 0;
  return {
    description: 'by HTTP, in the form that Pub/Sub posts (the Pub/Sub emulator or Java is not installed here)',
    environment: {},
    connect: async (functionPort) => {
      port = functionPort;
    },
    publish: async (text) => {
      const message = {
        data: Buffer.from(text).toString('base64'),
        attributes: {},
        messageId: randomUUID(),
        publishTime: new Date().toISOString(),
      };
      const response = await fetch(`http://127.0.0.1:${port}/${TOPIC}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ message, subscription: `projects/${PROJECT}/subscriptions/demo` }),
      });
      if (!response.ok) throw new Error(`the function answered HTTP ${response.status}`);
    },
    stop: async () => {},
  };
}

async function emulatorDelivery(program: string): Promise<Delivery> {
  const emulator = await startPubSubEmulator(program);
  process.env.PUBSUB_EMULATOR_HOST = emulator.host;
  const { PubSub } = await import('@google-cloud/pubsub');
  const client = new PubSub({ projectId: PROJECT });
  const topic = client.topic(TOPIC, { batching: { maxMessages: 1 } });
  return {
    description: `through Google's Pub/Sub emulator with a push subscription (${emulator.host})`,
    environment: { PUBSUB_EMULATOR_HOST: emulator.host },
    connect: async (port) => {
      await topic.create();
      await topic.createSubscription('to-guestlist', {
        pushEndpoint: `http://127.0.0.1:${port}/${TOPIC}`,
        ackDeadlineSeconds: 60,
      });
    },
    publish: async (text) => void (await topic.publishMessage({ data: Buffer.from(text) })),
    stop: async () => {
      await client.close();
      await emulator.stop();
    },
  };
}

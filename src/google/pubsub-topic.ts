import { clientOptions } from './client-options.ts';
import type { Endpoint } from './endpoint.ts';
import { CALL_TIMEOUT_MILLISECONDS, once } from './resource-manager-clients.ts';
import { sendTogether } from './send-together.ts';

/** A topic: `projects/P/topics/T` as its two parts. */
export interface TopicName {
  readonly project: string;
  readonly topic: string;
}

/** Publishes one message; resolves when Pub/Sub has stored it. */
export type Publish = (data: Buffer, attributes: Readonly<Record<string, string>>) => Promise<void>;

interface PubSubMessage {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A request to publish holds at most 10 MB and 1,000 messages (pubsub/quotas). */
const MOST_BYTES = 9_600_000;
const MOST_MESSAGES = 1_000;

/** Opens a topic for publishing. Needs `pubsub.topics.publish` on it. */
export function createPublisher({ project, topic }: TopicName, endpoint: Endpoint): Publish {
  const client = once(async () => {
    const { v1 } = await import('@google-cloud/pubsub');
    return new v1.PublisherClient(await clientOptions(endpoint));
  });
  const send = sendTogether<PubSubMessage>({
    most: MOST_MESSAGES,
    mostBytes: MOST_BYTES,
    bytesOf: ({ data, attributes }) => data.length + Buffer.byteLength(JSON.stringify(attributes)),
    send: async (batch) => {
      const messages = batch.map(({ data, attributes }) => ({ data, attributes: { ...attributes } }));
      const request = { topic: `projects/${project}/topics/${topic}`, messages };
      await (await client()).publish(request, { timeout: CALL_TIMEOUT_MILLISECONDS });
    },
  });
  return (data, attributes) => send({ data, attributes });
}

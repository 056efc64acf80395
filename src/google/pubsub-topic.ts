import type { PubSub, Topic } from '@google-cloud/pubsub';
import { CALL_TIMEOUT_MILLISECONDS, once } from './resource-manager-clients.ts';

/** A topic: `projects/P/topics/T` as its two parts. */
export interface TopicName {
  readonly project: string;
  readonly topic: string;
}

/** Publishes one message; resolves when Pub/Sub has stored it. */
export type Publish = (data: Buffer, attributes: Readonly<Record<string, string>>) => Promise<void>;

/** Opens a topic for publishing. Needs `pubsub.topics.publish` on it. The emulator is found by the client itself. */
export function createPublisher(name: TopicName): Publish {
  const topic = once(async (): Promise<Topic> => {
    const { PubSub } = await import('@google-cloud/pubsub');
    const client: PubSub = new PubSub({ projectId: name.project });
    return client.topic(name.topic, {
      batching: { maxMessages: 1 },
      gaxOpts: { timeout: CALL_TIMEOUT_MILLISECONDS },
    });
  });
  return async (data, attributes) => {
    await (await topic()).publishMessage({ data, attributes: { ...attributes } });
  };
}

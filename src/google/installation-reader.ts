import type { PubSub } from '@google-cloud/pubsub';
import { type Finding, known, notReadable } from '../diagnosis/evidence.ts';
import type { Installation, PushSubscription, Sink } from '../doctor/installation.ts';
import { isRecord } from '../ingest/fields.ts';
import { clientOptions } from './client-options.ts';
import type { Endpoint } from './endpoint.ts';
import { failureOf } from './grpc-error.ts';
import type { TopicName } from './pubsub-topic.ts';
import { CALL_TIMEOUT_MILLISECONDS } from './resource-manager-clients.ts';

/** A subscription: `projects/P/subscriptions/S` as its two parts. */
export interface SubscriptionName {
  readonly project: string;
  readonly subscription: string;
}

/** Reads a sink of an organization, folder or project. Needs `logging.sinks.get`. */
export async function readSink(name: string, endpoint: Endpoint): Promise<Finding<Sink>> {
  const { v2 } = await import('@google-cloud/logging');
  const client = new v2.ConfigServiceV2Client(await clientOptions(endpoint));
  return found(async () => {
    const [sink] = await client.getSink({ sinkName: name }, { timeout: CALL_TIMEOUT_MILLISECONDS });
    return {
      name,
      destination: sink.destination ?? '',
      filter: sink.filter ?? '',
      includesChildren: sink.includeChildren ?? false,
      isIntercepting: sink.interceptChildren ?? false,
      isDisabled: sink.disabled ?? false,
      writer: sink.writerIdentity ?? '',
    };
  });
}

/** Reads a push subscription. Needs `pubsub.subscriptions.get`. */
export async function readSubscription(name: SubscriptionName): Promise<Finding<PushSubscription>> {
  const client = await pubsub(name.project);
  return found(async () => {
    const [metadata] = await client.subscription(name.subscription).getMetadata();
    const { oidcToken, pushEndpoint } = metadata.pushConfig ?? {};
    return {
      name: `projects/${name.project}/subscriptions/${name.subscription}`,
      topic: metadata.topic ?? '',
      endpoint: pushEndpoint ?? '',
      account: oidcToken?.serviceAccountEmail ?? '',
      audience: oidcToken?.audience ?? '',
      deadLetterTopic: metadata.deadLetterPolicy?.deadLetterTopic ?? '',
      expires: isEndless(metadata.expirationPolicy) ? 'never' : 'when-idle',
    };
  });
}

/** Reads who may do what with a topic. Needs `pubsub.topics.getIamPolicy`. */
export async function readTopicBindings(topic: TopicName): Promise<Installation['topicBindings']> {
  const client = await pubsub(topic.project);
  return found(async () => {
    const [policy] = await client.topic(topic.topic).iam.getPolicy();
    return (policy.bindings ?? []).flatMap(({ role, members }) =>
      (members ?? []).map((member) => ({ role: role ?? '', member })),
    );
  });
}

/** Publishes one entry as the sink would. Needs `pubsub.topics.publish`. */
export async function publishEntry(topic: TopicName, entry: string): Promise<void> {
  const client = await pubsub(topic.project);
  await client.topic(topic.topic).publishMessage({ data: Buffer.from(entry) });
}

async function pubsub(projectId: string): Promise<PubSub> {
  const { PubSub: Client } = await import('@google-cloud/pubsub');
  return new Client({ projectId });
}

// A policy without a time to live never expires; without any policy it is 31 days (pubsub.proto: expiration_policy).
function isEndless(policy: unknown): boolean {
  return isRecord(policy) && (policy.ttl === null || policy.ttl === undefined);
}

async function found<T>(read: () => Promise<T>): Promise<Finding<T>> {
  try {
    return known(await read());
  } catch (error) {
    return notReadable(failureOf(error).detail);
  }
}

import type { Channel } from '../report/deliver.ts';
import type { Publish } from './pubsub-topic.ts';

/** Reports as JSON messages on a topic, with attributes to filter subscriptions by. */
export function createPubSubChannel(publish: Publish): Channel {
  return {
    name: 'pubsub',
    hears: 'everything',
    send: async ({ report, news }) => {
      await publish(Buffer.from(JSON.stringify(report)), {
        schema: report.schema,
        reportId: report.id,
        incidentId: report.incident.id,
        cause: report.diagnosis.cause,
        decision: report.decision.kind,
        outcome: report.outcome.kind,
        news,
      });
      return null;
    },
    sendDigest: (digest) =>
      publish(Buffer.from(JSON.stringify(digest)), { schema: digest.schema, digestId: digest.id }),
  };
}

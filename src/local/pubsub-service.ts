import type { Server } from '@grpc/grpc-js';
import type { CallBook } from './faults.ts';
import { addService } from './grpc-service.ts';

const PROTOS = '@google-cloud/pubsub-api/build/protos/protos.json';

/** Serves Publish of Pub/Sub, for any topic. The messages are counted and forgotten. */
export function addPublisher(server: Server, book: CallBook): void {
  addService(server, PROTOS, 'google.pubsub.v1.Publisher', {
    Publish: async ({ body }) => {
      const messages = Array.isArray(body.messages) ? body.messages : [];
      const topic = typeof body.topic === 'string' ? body.topic : '';
      return book.run('Publish', topic, () => ({ messageIds: messages.map((_, index) => String(index + 1)) }));
    },
  });
}

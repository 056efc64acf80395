import type { Server } from '@grpc/grpc-js';
import { type CallBook, LocalError } from './faults.ts';
import { addService } from './grpc-service.ts';

const PROTOS = '@google-cloud/logging-api/build/protos/protos.json';

/** A log sink as the Logging API gives it. */
export interface LocalSink {
  readonly destination: string;
  readonly filter: string;
  readonly includeChildren: boolean;
  readonly writerIdentity: string;
  readonly disabled?: boolean;
  readonly interceptChildren?: boolean;
}

/** Serves GetSink of Logging for the sinks in a map, by full name: `organizations/1/sinks/a`. */
export function addSinks(server: Server, book: CallBook, sinks: ReadonlyMap<string, LocalSink>): void {
  addService(server, PROTOS, 'google.logging.v2.ConfigServiceV2', {
    GetSink: async ({ body }) => {
      const name = typeof body.sinkName === 'string' ? body.sinkName : '';
      return book.run('GetSink', name, () => {
        const sink = sinks.get(name);
        return sink === undefined
          ? new LocalError(5, `Sink ${name} does not exist`)
          : { name: name.split('/').at(-1), ...sink };
      });
    },
  });
}

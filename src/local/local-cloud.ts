import { Server, ServerCredentials } from '@grpc/grpc-js';
import { createCallBook, type Misbehaviour, NO_MISBEHAVIOUR } from './faults.ts';
import { createIamServer } from './iam-service.ts';
import { closeServer, listenOnLoopback } from './json-server.ts';
import { addLogging, type LogStore } from './logging-service.ts';
import { addPublisher } from './pubsub-service.ts';
import { createResourceManagerRest } from './resource-manager-rest.ts';
import { addResourceManager } from './resource-manager-service.ts';
import { addSinks, type LocalSink } from './sink-service.ts';
import type { World } from './world.ts';
import { createWorldState, type WorldState } from './world-state.ts';

/** A small Google Cloud in this process, on loopback ports of its own. */
export interface LocalCloud {
  /** `host:port` of Resource Manager, Logging, and Pub/Sub for publishing. */
  readonly grpcEndpoint: string;
  /** URL of Resource Manager v1, the value of `CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER` for gcloud. */
  readonly restEndpoint: string;
  readonly state: WorldState;
  readonly log: LogStore;
  /** Log sinks by full name, to be filled by whoever needs some. */
  readonly sinks: Map<string, LocalSink>;
  /** How often each method was called. */
  readonly calls: ReadonlyMap<string, number>;
  /** The variables that point the function here. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Serves a world: Resource Manager v3 and Logging over gRPC, Resource Manager v1 and custom roles over HTTP. `person` is
 * the e-mail address of whoever runs commands against it, or null for nobody.
 */
export async function startLocalCloud(
  world: World,
  misbehaviour: Misbehaviour = NO_MISBEHAVIOUR,
  person: () => string | null = () => null,
): Promise<LocalCloud> {
  const state = createWorldState(world);
  const book = createCallBook(misbehaviour);
  const grpc = new Server({ 'grpc.max_receive_message_length': 32 * 1024 * 1024 });
  addResourceManager(grpc, state, book);
  const log = addLogging(grpc, book, state);
  const sinks = new Map<string, LocalSink>();
  addSinks(grpc, book, sinks);
  addPublisher(grpc, book);
  const grpcPort = await new Promise<number>((resolve, reject) => {
    grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
  const iam = createIamServer(world, state, book, person);
  const iamPort = await listenOnLoopback(iam);
  const rest = createResourceManagerRest(state, book);
  const restPort = await listenOnLoopback(rest);
  const grpcEndpoint = `127.0.0.1:${grpcPort}`;
  return {
    grpcEndpoint,
    restEndpoint: `http://127.0.0.1:${restPort}/`,
    state,
    log,
    sinks,
    calls: book.calls,
    environment: {
      GUESTLIST_RESOURCE_MANAGER_ENDPOINT: grpcEndpoint,
      GUESTLIST_LOGGING_ENDPOINT: grpcEndpoint,
      GUESTLIST_IAM_ENDPOINT: `127.0.0.1:${iamPort}`,
      GUESTLIST_TROUBLESHOOTER_ENDPOINT: `127.0.0.1:${iamPort}`,
    },
    stop: async () => {
      grpc.forceShutdown();
      await Promise.all([closeServer(iam), closeServer(rest)]);
    },
  };
}

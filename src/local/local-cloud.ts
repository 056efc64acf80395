import { Server, ServerCredentials } from '@grpc/grpc-js';
import { createCallBook, type Misbehaviour, NO_MISBEHAVIOUR } from './faults.ts';
import { createIamServer } from './iam-service.ts';
import { addLogging, type LogStore } from './logging-service.ts';
import { addResourceManager } from './resource-manager-service.ts';
import type { World } from './world.ts';
import { createWorldState, type WorldState } from './world-state.ts';

/** A small Google Cloud in this process, on loopback ports of its own. */
export interface LocalCloud {
  /** `host:port` of Resource Manager and Logging. */
  readonly grpcEndpoint: string;
  readonly state: WorldState;
  readonly log: LogStore;
  /** How often each method was called. */
  readonly calls: ReadonlyMap<string, number>;
  /** The variables that point the function here. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Serves a world: Resource Manager v3 and Logging over gRPC, custom roles over HTTP. `person` is the e-mail address of
 * whoever runs commands against it, or null for nobody.
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
  const grpcPort = await new Promise<number>((resolve, reject) => {
    grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
  const iam = createIamServer(world, state, book, person);
  await new Promise<void>((resolve) => iam.listen(0, '127.0.0.1', resolve));
  const address = iam.address();
  const iamPort = address === null || typeof address === 'string' ? 0 : address.port;
  const grpcEndpoint = `127.0.0.1:${grpcPort}`;
  return {
    grpcEndpoint,
    state,
    log,
    calls: book.calls,
    environment: {
      GUESTLIST_RESOURCE_MANAGER_ENDPOINT: grpcEndpoint,
      GUESTLIST_LOGGING_ENDPOINT: grpcEndpoint,
      GUESTLIST_IAM_ENDPOINT: `127.0.0.1:${iamPort}`,
      GUESTLIST_TROUBLESHOOTER_ENDPOINT: `127.0.0.1:${iamPort}`,
    },
    stop: async () => {
      grpc.forceShutdown();
      iam.closeAllConnections();
      await new Promise((resolve) => iam.close(resolve));
    },
  };
}

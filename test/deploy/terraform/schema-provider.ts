import { fileURLToPath } from 'node:url';
import { type handleUnaryCall, loadPackageDefinition, Server, ServerCredentials } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { PROVIDER_SETTINGS } from '../schema/beside-typings.ts';
import type { BlockSchema, Schemas } from '../schema/resource-schema.ts';
import { schemaMessage } from './schema-message.ts';

/** Providers that know their schemas and can do nothing, for Terraform to check a configuration against. */
export interface SchemaProviders {
  /** What tells Terraform to use them instead of installing any (`TF_REATTACH_PROVIDERS`). */
  readonly environment: Readonly<Record<string, string>>;
  stop(): void;
}

/** Serves each provider on a loopback port of its own. */
export async function serveProviders(schemas: Schemas): Promise<SchemaProviders> {
  const servers: Server[] = [];
  const reattach: Record<string, unknown> = {};
  for (const [name, settings] of Object.entries(PROVIDER_SETTINGS)) {
    const { server, address } = await serve(answersOf(settings, ofProvider(name, schemas)));
    servers.push(server);
    reattach[`registry.terraform.io/hashicorp/${name}`] = {
      Protocol: 'grpc',
      ProtocolVersion: 5,
      Pid: process.pid,
      Test: true,
      Addr: { Network: 'tcp', String: address },
    };
  }
  return {
    environment: { TF_REATTACH_PROVIDERS: JSON.stringify(reattach) },
    stop: () => {
      for (const server of servers) server.forceShutdown();
    },
  };
}

type Handlers = Readonly<Record<string, handleUnaryCall<{ readonly config?: unknown }, object>>>;

function answersOf(settings: BlockSchema, schemas: Schemas): Handlers {
  const messages = (of: Readonly<Record<string, BlockSchema>>) =>
    Object.fromEntries(Object.entries(of).map(([type, schema]) => [type, schemaMessage(schema)]));
  const all = {
    provider: schemaMessage(settings),
    resource_schemas: messages(schemas.resource),
    data_source_schemas: messages(schemas.data),
  };
  return {
    GetSchema: (_call, reply) => reply(null, all),
    PrepareProviderConfig: (call, reply) => reply(null, { prepared_config: call.request.config }),
    ValidateResourceTypeConfig: (_call, reply) => reply(null, {}),
    ValidateDataSourceConfig: (_call, reply) => reply(null, {}),
    Stop: (_call, reply) => reply(null, {}),
  };
}

async function serve(handlers: Handlers): Promise<{ readonly server: Server; readonly address: string }> {
  const path = fileURLToPath(new URL('provider.proto', import.meta.url));
  const definitions = loadPackageDefinition(loadSync(path, { keepCase: true, enums: String, longs: Number }));
  const { tfplugin5 } = definitions;
  if (tfplugin5 === undefined || !('Provider' in tfplugin5)) throw new Error(`${path} names no service Provider`);
  const provider = tfplugin5.Provider;
  if (typeof provider !== 'function' || !('service' in provider)) throw new Error(`${path}: Provider is no service`);
  const server = new Server({ 'grpc.max_send_message_length': -1 });
  server.addService(provider.service, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { server, address: `127.0.0.1:${port}` };
}

function ofProvider(name: string, { resource, data }: Schemas): Schemas {
  const own = (of: Readonly<Record<string, BlockSchema>>) =>
    Object.fromEntries(Object.entries(of).filter(([type]) => type.startsWith(`${name}_`)));
  return { resource: own(resource), data: own(data) };
}

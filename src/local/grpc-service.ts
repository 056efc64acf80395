import { createRequire } from 'node:module';
import type { Metadata, Server, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { loadPackageDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { isRecord } from '../ingest/fields.ts';
import { LocalError } from './faults.ts';

/** One call as a handler sees it. */
export interface GrpcRequest {
  readonly body: Readonly<Record<string, unknown>>;
  readonly header: (name: string) => string;
}

/** Answers one method: a message, or an error. */
export type GrpcMethod = (request: GrpcRequest) => Promise<object | LocalError>;

/** Adds a service to a server. The messages are Google's own, from the protos that a client package ships. */
export function addService(
  server: Server,
  protosOf: string,
  service: string,
  methods: Readonly<Record<string, GrpcMethod>>,
): void {
  const json: unknown = createRequire(import.meta.url)(protosOf);
  if (!isRecord(json)) throw new Error(`${protosOf} holds no protos`);
  const definition = loadPackageDefinition(
    fromJSON({ ...json }, { keepCase: false, longs: String, enums: String, defaults: false, oneofs: true }),
  );
  const client = service
    .split('.')
    .reduce<unknown>((scope, name) => (isNamespace(scope) ? scope[name] : undefined), definition);
  if (!hasService(client)) throw new Error(`${protosOf} has no service ${service}`);
  const handlers: UntypedServiceImplementation = Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [name, handlerOf(method)]),
  );
  server.addService(client.service, handlers);
}

interface UnaryCall {
  readonly request: unknown;
  readonly metadata: Metadata;
}

type UnaryCallback = (error: { readonly code: number; readonly message: string } | null, response?: object) => void;

function handlerOf(method: GrpcMethod) {
  return (call: UnaryCall, callback: UnaryCallback): void => {
    const body = isRecord(call.request) ? call.request : {};
    const header = (name: string) => String(call.metadata.get(name)[0] ?? '');
    method({ body, header }).then(
      (answer) =>
        answer instanceof LocalError
          ? callback({ code: answer.code, message: answer.message })
          : callback(null, answer),
      (error: unknown) => callback({ code: 13, message: error instanceof Error ? error.message : 'internal' }),
    );
  };
}

function isNamespace(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}

function hasService(value: unknown): value is { readonly service: ServiceDefinition } {
  return isNamespace(value) && isNamespace(value.service);
}

import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { LocalError } from './faults.ts';

/** One request to a local JSON API: the path decoded, the body parsed (an empty object where it is no JSON). */
export interface JsonRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly header: (name: string) => string;
}

/** Answers a request: a message, or an error. */
export type JsonApi = (request: JsonRequest) => Promise<object | LocalError>;

/** How Google's JSON APIs spell gRPC codes: the HTTP status and the name (google.rpc.Code). */
const SPELLING: ReadonlyMap<number, readonly [http: number, name: string]> = new Map([
  [3, [400, 'INVALID_ARGUMENT']],
  [4, [504, 'DEADLINE_EXCEEDED']],
  [5, [404, 'NOT_FOUND']],
  [7, [403, 'PERMISSION_DENIED']],
  [8, [429, 'RESOURCE_EXHAUSTED']],
  [9, [400, 'FAILED_PRECONDITION']],
  [10, [409, 'ABORTED']],
  [14, [503, 'UNAVAILABLE']],
  [16, [401, 'UNAUTHENTICATED']],
]);

/** A server for one JSON API, with errors in the form that Google gives them. Not listening yet. */
export function createJsonServer(api: JsonApi): Server {
  return createServer((request, response) => {
    void answer(request, api).then((result) => {
      const [status, body] = result instanceof LocalError ? errorBody(result) : [200, result];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
}

/** Starts a server on a loopback port, by default a free one, and gives the port. */
export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port on 127.0.0.1');
  return address.port;
}

/** Ends a server and every connection to it. */
export async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function answer(request: IncomingMessage, api: JsonApi): Promise<object | LocalError> {
  try {
    return await api({
      method: request.method ?? '',
      path: decodeURIComponent(new URL(request.url ?? '/', 'http://127.0.0.1').pathname),
      body: parseBody(await text(request)),
      header: (name) => String(request.headers[name] ?? ''),
    });
  } catch (error) {
    return new LocalError(13, error instanceof Error ? error.message : 'internal');
  }
}

function errorBody({ code, message }: LocalError): readonly [number, object] {
  const [http, status] = SPELLING.get(code) ?? [500, 'INTERNAL'];
  return [http, { error: { code: http, message, status } }];
}

function parseBody(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}

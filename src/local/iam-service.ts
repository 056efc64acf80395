import { createServer, type Server } from 'node:http';
import type { CallBook } from './faults.ts';
import { LocalError } from './faults.ts';
import type { WorldState } from './world-state.ts';

const HTTP_OF_GRPC: ReadonlyMap<number, number> = new Map([
  [5, 404],
  [7, 403],
  [8, 429],
  [14, 503],
]);

/** Serves `roles.get` of the IAM API v1 over HTTP. Not listening yet. */
export function createIamServer(state: WorldState, book: CallBook): Server {
  return createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url ?? '/', 'http://127.0.0.1').pathname).replace(/^\/v1\//, '');
    const answer = book.run('GetRole', name, () => {
      const role = state.role(name);
      return role === null ? new LocalError(5, `The role named ${name} was not found.`) : { ...role, stage: 'GA' };
    });
    answer.then((result) => {
      const status = result instanceof LocalError ? (HTTP_OF_GRPC.get(result.code) ?? 500) : 200;
      const body = result instanceof LocalError ? { error: { code: status, message: result.message } } : result;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
}

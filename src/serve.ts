import type { HttpFunction, Request, Response } from '@google-cloud/functions-framework';
import type { EventLog } from './event-log.ts';
import type { VerifyPush } from './google/push-token.ts';
import { andThen, orElse, type Soon } from './iam/soon.ts';
import { isRecord } from './ingest/fields.ts';
import { Redeliver } from './redeliver.ts';

/** What answers pushes. */
export interface Serving {
  readonly verifyPush: VerifyPush;
  readonly events: EventLog;
  /** Works on what was pushed: a push body, or a CloudEvent of either form. Throws `Redeliver` for what passes. */
  readonly handle: (body: unknown) => Soon<void>;
}

/**
 * Answers a push: 204 when all is durable, 403 to anybody but the push subscription, 500 for what is to be delivered
 * again. An HTTP function, because a CloudEvent function of the framework never sees the token.
 */
export function servePush({ verifyPush, events, handle }: Serving): HttpFunction {
  const objectionTo = (request: Request): Soon<string | null> =>
    andThen(verifyPush(request.headers.authorization), (objection) =>
      objection === null ? andThen(handle(request.body), () => null) : objection,
    );
  const answer = (objection: string | null, response: Response): void => {
    if (objection === null) return void response.status(204).end();
    events.write({ event: 'push-refused', detail: objection });
    response.status(403).send('only the push subscription may call this');
  };
  const handBack = (error: unknown, response: Response): void => {
    events.write({ event: 'message-handed-back', ...reasonOf(error) });
    response.status(500).send('deliver again');
  };
  return (request, response) => {
    leaveDomain();
    if (request.method !== 'POST') return void response.status(405).set('allow', 'POST').send('expected a POST');
    return orElse(
      () => andThen(objectionTo(request), (objection) => answer(objection, response)),
      (error) => handBack(error, response),
    );
  };
}

function reasonOf(error: unknown): { readonly reason: string; readonly detail: string } {
  if (error instanceof Redeliver) return { reason: error.reason, detail: error.message };
  const detail = error instanceof Error ? (error.stack ?? error.message) : 'unknown error';
  return { reason: 'defect', detail };
}

/**
 * Leaves the domain that the framework runs a request in (nodejs.org/api/domain.html), where each promise costs many
 * times as much. Whoever calls catches all errors of the request; any other ends the process, which is better than to go
 * on after it.
 */
export function leaveDomain(): void {
  const domain = 'domain' in process ? process.domain : null;
  if (isRecord(domain) && typeof domain.exit === 'function') domain.exit();
}

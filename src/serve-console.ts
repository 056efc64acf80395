import type { HttpFunction } from '@google-cloud/functions-framework';
import type { Console } from './console/console.ts';
import type { EventLog } from './event-log.ts';
import { once } from './google/resource-manager-clients.ts';
import { leaveDomain } from './serve.ts';

/** Answers the requests of browsers with the console, which is opened for the first of them. */
export function serveConsole(open: () => Promise<Console>, events: EventLog): HttpFunction {
  const listener = once(async () => {
    const [{ getRequestListener }, console] = await Promise.all([import('@hono/node-server'), open()]);
    return getRequestListener(console, { overrideGlobalObjects: false });
  });
  return async (request, response) => {
    leaveDomain();
    try {
      const answer = await listener();
      await answer(request, response);
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : 'unknown error';
      events.write({ event: 'console-failed', reason: 'defect', detail });
      if (!response.headersSent)
        response.status(500).set('cache-control', 'no-store').send('The console did not start.');
    }
  };
}

import * as functions from '@google-cloud/functions-framework';
import { getFunction } from '@google-cloud/functions-framework/testing';

/**
 * All functions behind one port, for one machine: with a ledger in memory the console has to be in the process that takes
 * the messages. Loaded before the sources (`node --import`); deployed, each function is a service of its own.
 */
functions.http('all', (request, response) => {
  // Whatever a browser sends for a page says so, and is no push.
  const isPush =
    request.method === 'POST' && request.path.startsWith('/projects/') && request.headers.origin === undefined;
  const name = isPush ? (request.path.endsWith('/topics/ticks') ? 'sweep' : 'remediate') : 'console';
  const chosen = getFunction(name);
  if (chosen === undefined) throw new Error(`the function ${name} is not registered`);
  return Reflect.apply(chosen, undefined, [request, response]);
});

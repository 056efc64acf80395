import * as functions from '@google-cloud/functions-framework';
import { getFunction } from '@google-cloud/functions-framework/testing';

/**
 * All functions behind one port, for one machine: with a ledger in memory the console has to be in the process that takes
 * the messages. Loaded before the sources (`node --import`); deployed, each function is a service of its own.
 */
functions.http('all', (request, response) => {
  const isPush = request.method === 'POST' && request.path.startsWith('/projects/');
  const name = isPush ? (request.path.endsWith('/topics/ticks') ? 'sweep' : 'remediate') : 'console';
  const chosen = getFunction(name);
  if (chosen === undefined) throw new Error(`the function ${name} is not registered`);
  return Reflect.apply(chosen, undefined, [request, response]);
});

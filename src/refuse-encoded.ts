import { subscribe } from 'node:diagnostics_channel';
import { IncomingMessage } from 'node:http';
import { isRecord } from './ingest/fields.ts';

/**
 * Ends connections whose request has an encoded body, before anything of it is read. Neither Pub/Sub nor a browser sends
 * one; the functions framework would inflate it, up to a gigabyte, before a function can say whom it takes it from.
 */
export function refuseEncodedBodies(): void {
  subscribe('http.server.request.start', (message) => {
    const request = isRecord(message) ? message.request : null;
    if (request instanceof IncomingMessage && isEncoded(request.headers['content-encoding'])) request.destroy();
  });
}

function isEncoded(encoding: string | undefined): boolean {
  return encoding !== undefined && encoding !== '' && encoding.toLowerCase() !== 'identity';
}

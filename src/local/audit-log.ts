import { AUDIT_LOG_TYPE, type AuditPayloadCodec, loadAuditPayloadCodec } from '../google/audit-payload.ts';
import { type Fields, isRecord, readFields } from '../ingest/fields.ts';
import { type CallBook, LocalError } from './faults.ts';
import type { GrpcMethod } from './grpc-service.ts';
import type { WorldState } from './world-state.ts';

/** An audit entry as Cloud Logging spells it in JSON. */
export type AuditEntry = Readonly<Record<string, unknown>>;

const INVALID_ARGUMENT = 3;
const PERMISSION_DENIED = 7;

/**
 * Lists audit entries of projects of the world, oldest first, page by page. Of the filter it reads the bounds on time
 * and nothing else.
 */
export function listAuditEntries(entries: readonly AuditEntry[], book: CallBook, state: WorldState): GrpcMethod {
  return async ({ body }) => {
    const codec = await loadAuditPayloadCodec();
    const request = readFields(body, 'request', []);
    const resources = request.texts('resourceNames');
    return book.run('ListLogEntries', resources.join(' '), () => {
      const stranger = resources.find((name) => state.project(name) === null);
      if (stranger !== undefined) return new LocalError(PERMISSION_DENIED, `${stranger} may not be read`);
      if (resources.length > 100) return new LocalError(INVALID_ARGUMENT, 'at most 100 resources');
      return pageOf(entries.filter(isAskedFor(request, resources)), request, codec);
    });
  };
}

function isAskedFor(request: Fields, resources: readonly string[]): (entry: AuditEntry) => boolean {
  const filter = request.text('filter');
  const bound = (sign: '>=' | '<') => {
    const time = filter.split(`timestamp${sign}"`)[1]?.split('"')[0];
    return time === undefined ? null : comparable(time);
  };
  const [from, until] = [bound('>='), bound('<')];
  return (entry) => {
    const isHere = resources.some((name) => String(entry.logName).startsWith(`${name}/`));
    return isHere && (from === null || timeOf(entry) >= from) && (until === null || timeOf(entry) < until);
  };
}

function pageOf(entries: readonly AuditEntry[], request: Fields, codec: AuditPayloadCodec): object {
  const size = request.integer('pageSize') ?? 50;
  const from = Number(request.text('pageToken') || 0);
  const sorted = entries.toSorted((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1));
  const next = from + size;
  return {
    entries: sorted.slice(from, next).map((entry) => messageOf(entry, codec)),
    nextPageToken: next < sorted.length ? String(next) : '',
  };
}

function messageOf(entry: AuditEntry, codec: AuditPayloadCodec): object {
  const { protoPayload, timestamp, receiveTimestamp, ...rest } = entry;
  return {
    ...rest,
    timestamp: timeMessage(String(timestamp)),
    receiveTimestamp: timeMessage(String(receiveTimestamp ?? timestamp)),
    ...(isRecord(protoPayload)
      ? { protoPayload: { type_url: AUDIT_LOG_TYPE, value: Buffer.from(codec.toBytes(protoPayload)) } }
      : {}),
  };
}

function timeMessage(time: string): object {
  const nanos = (/\.(\d{1,9})/.exec(time)?.[1] ?? '').padEnd(9, '0');
  return { seconds: Math.floor(Date.parse(time) / 1_000), nanos: Number(nanos) };
}

function timeOf({ timestamp }: AuditEntry): string {
  return comparable(String(timestamp));
}

// With all nine digits of a second, times are in order as texts.
function comparable(time: string): string {
  return `${time.slice(0, 19)}.${(/\.(\d{1,9})/.exec(time)?.[1] ?? '').padEnd(9, '0')}`;
}

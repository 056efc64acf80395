import { type Fields, isRecord, readFields } from '../ingest/fields.ts';
import { Redeliver } from '../redeliver.ts';
import { type AuditPayloadCodec, loadAuditPayloadCodec } from './audit-payload.ts';
import { clientOptions } from './client-options.ts';
import type { Endpoint } from './endpoint.ts';
import { failureOf } from './grpc-error.ts';
import { once } from './resource-manager-clients.ts';

/** One page of log entries that is asked for. */
export interface LogQuery {
  /** `projects/P`, at most 100 (logging.proto: ListLogEntriesRequest). */
  readonly resources: readonly string[];
  readonly filter: string;
  /** Where the page before ended; null for the first one. */
  readonly pageToken: string | null;
}

/** One page, the oldest entry first. */
export type LogPage =
  | { readonly kind: 'page'; readonly entries: readonly LogEntry[]; readonly nextPageToken: string | null }
  /** The answer is no: one of the resources may not be read. */
  | { readonly kind: 'refused'; readonly detail: string };

/** A log entry as Cloud Logging spells it in JSON. */
export type LogEntry = Readonly<Record<string, unknown>>;

/** Reads pages. Throws `Redeliver` for what passes, such as the quota of 60 reads a minute (logging/quotas). */
export type ReadLogPage = (query: LogQuery) => Promise<LogPage>;

/** How many resources one request may name. */
export const MOST_RESOURCES = 100;

const PAGE_ENTRIES = 1_000;

/** A thousand audit entries take seconds to find. */
const PAGE_TIMEOUT_MILLISECONDS = 60_000;

interface Lister {
  listLogEntries(request: object, options: object): Promise<readonly unknown[]>;
}

/** Opens the history of logs. Needs `logging.logEntries.list` and `logging.privateLogEntries.list` on each resource. */
export function createLogReader(endpoint: Endpoint): ReadLogPage {
  const client = once(async (): Promise<Lister> => {
    const { v2 } = await import('@google-cloud/logging');
    return new v2.LoggingServiceV2Client(await clientOptions(endpoint));
  });
  return async ({ resources, filter, pageToken }) => {
    const codec = await loadAuditPayloadCodec();
    const request = {
      resourceNames: [...resources],
      filter,
      orderBy: 'timestamp asc',
      pageSize: PAGE_ENTRIES,
      pageToken: pageToken ?? '',
    };
    try {
      const lister = await client();
      const options = { autoPaginate: false, timeout: PAGE_TIMEOUT_MILLISECONDS };
      const [entries, , response] = await lister.listLogEntries(request, options);
      return pageFrom(entries, response, codec);
    } catch (error) {
      return refusalFrom(error);
    }
  };
}

function refusalFrom(error: unknown): LogPage {
  const failure = failureOf(error);
  if (failure.kind === 'refused') return { kind: 'refused', detail: failure.detail };
  throw new Redeliver('evidence-unavailable', failure.detail, error);
}

function pageFrom(entries: unknown, response: unknown, codec: AuditPayloadCodec): LogPage {
  const list: readonly unknown[] = Array.isArray(entries) ? entries : [];
  const token = isRecord(response) && typeof response.nextPageToken === 'string' ? response.nextPageToken : '';
  return {
    kind: 'page',
    entries: list.map((entry) => entryFrom(entry, codec)),
    nextPageToken: token === '' ? null : token,
  };
}

// The client gives messages; whoever reads entries knows them as JSON, with all nine digits of a second.
function entryFrom(value: unknown, codec: AuditPayloadCodec): LogEntry {
  const fields = readFields(value, 'entry', []);
  const resource = fields.object('resource');
  const operation = fields.object('operation');
  return {
    insertId: fields.text('insertId'),
    logName: fields.text('logName'),
    ...payloadFrom(isRecord(value) ? value.protoPayload : null, codec),
    ...timeFrom('timestamp', fields),
    ...timeFrom('receiveTimestamp', fields),
    severity: fields.text('severity'),
    resource: { type: resource.text('type'), labels: Object.fromEntries(resource.textMap('labels')) },
    ...(fields.has('operation')
      ? {
          operation: {
            id: operation.text('id'),
            producer: operation.text('producer'),
            first: operation.flag('first') ?? false,
            last: operation.flag('last') ?? false,
          },
        }
      : {}),
  };
}

function payloadFrom(payload: unknown, codec: AuditPayloadCodec): object {
  if (!isRecord(payload)) return {};
  const { type_url: url, value } = payload;
  if (!(value instanceof Uint8Array) || typeof url !== 'string') return {};
  try {
    if (url.endsWith('google.cloud.audit.AuditLog')) return { protoPayload: codec.toJson(value) };
  } catch {
    // Told by whoever reads the entry: it has no payload that can be understood.
  }
  return { protoPayload: { '@type': url } };
}

function timeFrom(name: 'timestamp' | 'receiveTimestamp', fields: Fields): object {
  if (!fields.has(name)) return {};
  const time = fields.object(name);
  const seconds = new Date(Number(time.text('seconds')) * 1_000).toISOString().slice(0, 19);
  return { [name]: `${seconds}.${String(time.integer('nanos') ?? 0).padStart(9, '0')}Z` };
}

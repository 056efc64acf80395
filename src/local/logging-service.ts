import type { Server } from '@grpc/grpc-js';
import { isRecord } from '../ingest/fields.ts';
import { type AuditEntry, listAuditEntries } from './audit-log.ts';
import type { CallBook } from './faults.ts';
import { addService } from './grpc-service.ts';
import type { WorldState } from './world-state.ts';

const PROTOS = '@google-cloud/logging-api/build/protos/protos.json';

/** One stored log entry, its payload as plain JSON. */
export interface StoredEntry {
  readonly logName: string;
  readonly severity: string;
  readonly insertId: string;
  readonly labels: Readonly<Record<string, unknown>>;
  readonly payload: unknown;
  readonly split: unknown;
}

/** Entries that were written, in order. */
export interface LogStore {
  readonly entries: readonly StoredEntry[];
  /** Adds audit entries, in JSON, to what can be listed. */
  addAudit(entries: readonly AuditEntry[]): void;
  /** Entries of one log as a reader sees them: those with the same insert id once. */
  shown(logName: string): readonly StoredEntry[];
}

/** Serves Logging: keeps what is written, and lists the audit entries that it was given. */
export function addLogging(server: Server, book: CallBook, state: WorldState): LogStore {
  const entries: StoredEntry[] = [];
  const audit: AuditEntry[] = [];
  addService(server, PROTOS, 'google.logging.v2.LoggingServiceV2', {
    ListLogEntries: listAuditEntries(audit, book, state),
    WriteLogEntries: async ({ body }) => {
      const written = Array.isArray(body.entries) ? body.entries : [];
      const logName = typeof body.logName === 'string' ? body.logName : '';
      return book.run('WriteLogEntries', logName, () => {
        entries.push(...written.flatMap((entry: unknown) => (isRecord(entry) ? [storedOf(entry, logName)] : [])));
        return {};
      });
    },
  });
  return {
    entries,
    addAudit: (more) => void audit.push(...more),
    shown: (logName) => {
      const own = entries.filter((entry) => entry.logName === logName);
      return own.filter(
        (entry, index) =>
          entry.insertId === '' || own.findIndex((other) => other.insertId === entry.insertId) === index,
      );
    },
  };
}

function storedOf(entry: Readonly<Record<string, unknown>>, logName: string): StoredEntry {
  const text = (name: string) => (typeof entry[name] === 'string' ? entry[name] : '');
  return {
    logName: text('logName') === '' ? logName : text('logName'),
    severity: text('severity'),
    insertId: text('insertId'),
    labels: isRecord(entry.labels) ? entry.labels : {},
    payload: entry.jsonPayload === undefined ? entry.textPayload : plainStruct(entry.jsonPayload),
    split: entry.split ?? null,
  };
}

// google.protobuf.Struct spells every value with its kind.
function plainStruct(struct: unknown): unknown {
  const fields = isRecord(struct) && isRecord(struct.fields) ? struct.fields : {};
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (!isRecord(value)) return null;
  if ('stringValue' in value) return value.stringValue;
  if ('numberValue' in value) return value.numberValue;
  if ('boolValue' in value) return value.boolValue;
  if ('structValue' in value) return plainStruct(value.structValue);
  if (!('listValue' in value) || !isRecord(value.listValue)) return null;
  const { values } = value.listValue;
  return Array.isArray(values) ? values.map(plainValue) : [];
}

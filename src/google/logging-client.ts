import { clientOptions } from './client-options.ts';
import type { Endpoint } from './endpoint.ts';
import { structOf } from './proto-struct.ts';
import { CALL_TIMEOUT_MILLISECONDS, once } from './resource-manager-clients.ts';
import { sendTogether } from './send-together.ts';

/** A log of one project: `projects/P/logs/NAME` as its two parts. */
export interface LogName {
  readonly project: string;
  readonly log: string;
}

/** One entry to write. Entries of one log with the same time and insert id are shown once (log_entry.proto). */
export interface LogLine {
  readonly severity: 'INFO' | 'NOTICE' | 'WARNING' | 'ERROR' | 'ALERT';
  readonly insertId: string;
  readonly timestamp: Date;
  readonly labels: Readonly<Record<string, string>>;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Where an entry is one part of several: the id they share, its place and their number. */
  readonly split: { readonly uid: string; readonly index: number; readonly totalSplits: number } | null;
}

/** Writes log entries; resolves when Cloud Logging has taken them. */
export type WriteLog = (lines: readonly LogLine[]) => Promise<void>;

/** One write holds at most 10 MB (logging/quotas); an entry takes some more than its text. */
const MOST_BYTES = 7_000_000;

/** Opens a log for writing. Needs `logging.logEntries.create` on its project. */
export function createLogWriter({ project, log }: LogName, endpoint: Endpoint): WriteLog {
  const client = once(async () => {
    const { v2 } = await import('@google-cloud/logging');
    return new v2.LoggingServiceV2Client(await clientOptions(endpoint));
  });
  const target = {
    logName: `projects/${project}/logs/${encodeURIComponent(log)}`,
    resource: { type: 'global', labels: { project_id: project } },
  };
  return sendTogether<readonly LogLine[]>({
    most: 100,
    mostBytes: MOST_BYTES,
    bytesOf: (lines) => Buffer.byteLength(JSON.stringify(lines)),
    send: async (batch) => {
      const entries = batch.flat().map(entryOf);
      await (await client()).writeLogEntries({ ...target, entries }, { timeout: CALL_TIMEOUT_MILLISECONDS });
    },
  });
}

function entryOf({ severity, insertId, timestamp, labels, payload, split }: LogLine) {
  const milliseconds = timestamp.getTime();
  const seconds = Math.floor(milliseconds / 1_000);
  return {
    severity,
    insertId,
    timestamp: { seconds, nanos: (milliseconds - seconds * 1_000) * 1_000_000 },
    labels: { ...labels },
    jsonPayload: structOf(payload),
    ...(split === null ? {} : { split: { ...split } }),
  };
}

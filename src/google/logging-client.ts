import type { Logging } from '@google-cloud/logging';
import { clientOptions } from './client-options.ts';
import type { Endpoint } from './endpoint.ts';
import { CALL_TIMEOUT_MILLISECONDS, once } from './resource-manager-clients.ts';

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

/** Opens a log for writing. Needs `logging.logEntries.create` on its project. */
export function createLogWriter(name: LogName, endpoint: Endpoint): WriteLog {
  const client = once(async (): Promise<Logging> => {
    const { Logging } = await import('@google-cloud/logging');
    return new Logging({ ...(await clientOptions(endpoint)), projectId: name.project });
  });
  return async (lines) => {
    const log = (await client()).log(name.log);
    const entries = lines.map((line) => log.entry(metadataOf(line), { ...line.payload }));
    const resource = { type: 'global', labels: { project_id: name.project } };
    await log.write(entries, { resource, gaxOptions: { timeout: CALL_TIMEOUT_MILLISECONDS } });
  };
}

function metadataOf({ severity, insertId, timestamp, labels, split }: LogLine) {
  return { severity, insertId, timestamp, labels: { ...labels }, ...(split === null ? {} : { split: { ...split } }) };
}

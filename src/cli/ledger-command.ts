import { compose } from '../compose.ts';
import { type Config, ConfigError, readConfig } from '../config.ts';
import type { LogEvent } from '../event-log.ts';
import { createLogWriter } from '../google/logging-client.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { Redeliver } from '../redeliver.ts';
import { severityOf } from '../standard-output.ts';
import { NO_TRACING } from '../tracing.ts';
import { type CommandIo, EXIT_FAILED } from './io.ts';
import { UsageError, withUsageErrors } from './read-files.ts';

/** What a command that works on the ledger is given. */
export interface Desk {
  readonly pipeline: Pipeline;
  readonly config: Config;
}

/**
 * Runs a command with the function's own configuration, on the ledger that the function keeps. One that changes
 * something leaves its events and reports in the function's log. What passes by itself is told as that, with exit code 1.
 */
export function withLedger(
  io: CommandIo,
  kind: 'looks' | 'changes',
  run: (desk: Desk) => Promise<number>,
): Promise<number> {
  return withUsageErrors(io, async () => {
    const config = readOwnConfig(kind);
    const written: LogEvent[] = [];
    const events = { write: (event: LogEvent) => void written.push(event) };
    try {
      return await run({ config, pipeline: await compose(config, { events, print: () => {}, tracing: NO_TRACING }) });
    } catch (error) {
      if (!(error instanceof Redeliver)) throw error;
      io.err(`It did not work this time, and trying again may: ${error.message}\n`);
      return EXIT_FAILED;
    } finally {
      if (kind === 'changes') await keep(written, config, io);
    }
  });
}

async function keep(events: readonly LogEvent[], { log, logging }: Config, io: CommandIo): Promise<void> {
  if (log === null || events.length === 0) return;
  const at = new Date();
  const lines = events.map((event, index) => ({
    severity: severityOf(event),
    insertId: `e-${at.getTime()}-${process.pid}-${index}`,
    timestamp: at,
    labels: { guestlist_event: event.event },
    payload: { message: event.event, ...event },
    split: null,
  }));
  try {
    await createLogWriter(log, logging)(lines);
  } catch (error) {
    io.err(`The log could not be written (${error instanceof Error ? error.message : 'no answer'}). It would hold:\n`);
    for (const { payload } of lines) io.err(`${JSON.stringify(payload)}\n`);
  }
}

function readOwnConfig(kind: 'looks' | 'changes'): Config {
  try {
    const config = readConfig(process.env);
    if (kind === 'changes' && config.log === null)
      throw new UsageError(
        'GUESTLIST_LOG: expected projects/PROJECT/logs/NAME, where the function writes its reports; a change leaves its report there too',
      );
    if (config.ledger === 'firestore') return config;
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message) : error;
  }
  throw new UsageError(
    'GUESTLIST_LEDGER: expected firestore, and GUESTLIST_FIRESTORE with its database; a ledger in memory is known to its own process alone',
  );
}

/** Asks on the terminal, unless it was answered beforehand. Without a terminal to ask on, nothing is done. */
export async function confirm(question: string, isYes: boolean, io: CommandIo): Promise<boolean> {
  if (isYes) return true;
  if (!io.isInteractive) throw new UsageError(`${question} There is no terminal to ask on: add --yes to say yes.`);
  const answer = await io.ask(`${question} Type yes: `);
  return answer.trim().toLowerCase() === 'yes';
}

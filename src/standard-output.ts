import type { EventLog, LogEvent } from './event-log.ts';

type Severity = 'INFO' | 'NOTICE' | 'WARNING' | 'ERROR' | 'ALERT';

/** How loud an event is; what is not named here is for information. */
const SEVERITIES: Readonly<Partial<Record<LogEvent['event'], Severity>>> = {
  'message-handed-back': 'WARNING',
  'message-quarantined': 'ERROR',
  'push-refused': 'WARNING',
  'console-refused': 'WARNING',
  'console-failed': 'ERROR',
  'approval-refused': 'WARNING',
  'allowlist-changed': 'NOTICE',
  'allowlist-unusable': 'ALERT',
  'delivery-failed': 'WARNING',
  'channel-missing': 'ERROR',
  'channel-paused': 'ERROR',
  'channel-resumed': 'NOTICE',
  'sweep-failed': 'ERROR',
  'work-left': 'ERROR',
  'grant-turned': 'WARNING',
};

/** How loud an event is in a log. */
export function severityOf(event: LogEvent): Severity {
  const isGoodNews = event.event === 'grant-turned' && (event.turn === 'verified' || event.turn === 'ended');
  return isGoodNews ? 'NOTICE' : (SEVERITIES[event.event] ?? 'INFO');
}

/** Events as JSON lines on standard output, each of which Cloud Run makes a log entry (logging/docs/structured-logging). */
export function standardOutput(): EventLog {
  return {
    write: (event) => printLine(JSON.stringify({ severity: severityOf(event), message: event.event, ...event })),
  };
}

let lines = '';

/** Prints a line on standard output, together with others of the same moment: writing is most of what a line costs. */
export function printLine(line: string): void {
  if (lines === '') setImmediate(flush);
  lines += `${line}\n`;
}

function flush(): void {
  if (lines !== '') process.stdout.write(lines);
  lines = '';
}

// A process that ends in the same moment says what it had to say.
process.once('exit', flush);

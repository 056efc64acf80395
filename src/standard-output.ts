import type { EventLog, LogEvent } from './event-log.ts';

type Severity = 'INFO' | 'NOTICE' | 'WARNING' | 'ERROR' | 'ALERT';

/** How loud an event is; what is not named here is for information. */
const SEVERITIES: Readonly<Partial<Record<LogEvent['event'], Severity>>> = {
  'message-handed-back': 'WARNING',
  'message-quarantined': 'ERROR',
  'push-refused': 'WARNING',
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
    write: (event) => {
      const severity = severityOf(event);
      console.log(JSON.stringify({ severity, message: event.event, ...event }));
    },
  };
}

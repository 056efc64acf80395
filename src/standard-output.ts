import type { EventLog, LogEvent } from './event-log.ts';

type Severity = 'INFO' | 'NOTICE' | 'WARNING' | 'ERROR' | 'ALERT';

/** How loud an event is; what is not named here is for information. */
const SEVERITIES: Readonly<Partial<Record<LogEvent['event'], Severity>>> = {
  'message-handed-back': 'WARNING',
  'message-quarantined': 'ERROR',
  'allowlist-changed': 'NOTICE',
  'allowlist-unusable': 'ALERT',
  'sweep-failed': 'ERROR',
  'work-left': 'ERROR',
  'grant-turned': 'WARNING',
};

/** Events as JSON lines on standard output, each of which Cloud Run makes a log entry (logging/docs/structured-logging). */
export function standardOutput(): EventLog {
  return {
    write: (event) => {
      const severity = SEVERITIES[event.event] ?? 'INFO';
      console.log(JSON.stringify({ severity, message: event.event, ...event }));
    },
  };
}

import { Redeliver } from '../redeliver.ts';
import type { Report } from './report.ts';

/** Where reports go. `send` throws when the report did not arrive; sending the same report twice must do no harm. */
export interface Channel {
  readonly name: string;
  send(report: Report): Promise<void>;
}

/**
 * Sends a report to every channel that does not have it yet. A channel that fails does not silence the others; when all
 * were tried, the message is handed back so that only the failed ones are tried again.
 */
export async function deliver(
  report: Report,
  channels: readonly Channel[],
  delivered: ReadonlySet<string>,
  onDelivered: (channel: string) => Promise<void>,
): Promise<void> {
  const waiting = channels.filter((channel) => !delivered.has(channel.name));
  const results = await Promise.allSettled(
    waiting.map(async (channel) => {
      await channel.send(report);
      await onDelivered(channel.name);
    }),
  );
  const errors = results.flatMap((result, index) =>
    result.status === 'rejected' ? [{ channel: waiting[index]?.name ?? '', error: asUnknown(result.reason) }] : [],
  );
  if (errors.length > 0) {
    const names = errors.map(
      ({ channel, error }) => `${channel}: ${error instanceof Error ? error.message : String(error)}`,
    );
    throw new Redeliver('channel-unavailable', names.join('; '), errors[0]?.error);
  }
}

function asUnknown(reason: unknown): unknown {
  return reason;
}

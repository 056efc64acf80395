import { Redeliver } from '../redeliver.ts';
import type { Digest } from './digest-report.ts';
import type { Report } from './report.ts';

/** Where reports go. `send` throws when the report did not arrive; sending the same report twice must do no harm. */
export interface Channel {
  readonly name: string;
  send(report: Report): Promise<void>;
  sendDigest(digest: Digest): Promise<void>;
}

/** The channel that every report goes to, whatever the allowlist says. */
export const ALWAYS = 'cloud-logging';

/** The channels that a report goes to; null names them all. */
export function channelsNamed(channels: readonly Channel[], names: readonly string[] | null): readonly Channel[] {
  return names === null ? channels : channels.filter(({ name }) => name === ALWAYS || names.includes(name));
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
  await toEach(waiting, async (channel) => {
    await channel.send(report);
    await onDelivered(channel.name);
  });
}

/** Sends a digest to every channel; one that fails does not silence the others, and all are tried again. */
export function deliverDigest(digest: Digest, channels: readonly Channel[]): Promise<void> {
  return toEach(channels, (channel) => channel.sendDigest(digest));
}

async function toEach(channels: readonly Channel[], send: (channel: Channel) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(channels.map(send));
  const errors = results.flatMap((result, index) =>
    result.status === 'rejected' ? [{ channel: channels[index]?.name ?? '', error: asUnknown(result.reason) }] : [],
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

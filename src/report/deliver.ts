import { Redeliver } from '../redeliver.ts';
import type { Digest } from './digest-report.ts';
import { type Posting, QUIET_NEWS } from './posting.ts';

/** Where reports go. Sending the same report twice must do no harm, as far as the medium lets that be. */
export interface Channel {
  readonly name: string;
  /** Whether it is told what only follows from what was told before. */
  readonly hears: 'everything' | 'changes';
  /**
   * Throws when the report did not arrive. `thread` is what an earlier report about the incident gave back, by which the
   * medium keeps them together; gives the one to use from now on, or null where there is none.
   */
  send(posting: Posting, thread: string | null): Promise<string | null>;
  sendDigest(digest: Digest): Promise<void>;
}

/** By channel, what keeps the reports about one incident together there. */
export type Threads = Readonly<Record<string, string>>;

/** The channel that every report goes to, whatever the allowlist says. */
export const ALWAYS = 'cloud-logging';

/** The channels that a report goes to; null names them all. */
export function channelsFor(
  { news }: Posting,
  channels: readonly Channel[],
  names: readonly string[] | null,
): readonly Channel[] {
  const named = names === null ? channels : channels.filter(({ name }) => name === ALWAYS || names.includes(name));
  return named.filter(({ hears }) => hears === 'everything' || !QUIET_NEWS.has(news));
}

/** Names that stand for no channel that is set up. */
export function missingChannels(names: readonly string[], channels: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => !channels.includes(name));
}

/**
 * Sends a report to every channel that does not have it yet. A channel that fails does not silence the others; when all
 * were tried, the message is handed back so that only the failed ones are tried again.
 */
export async function deliver(
  posting: Posting,
  channels: readonly Channel[],
  delivered: ReadonlySet<string>,
  threads: Threads,
  { delivered: onDelivered, failed: onFailed }: DeliveryNews,
): Promise<void> {
  const waiting = channels.filter((channel) => !delivered.has(channel.name));
  await toEach(waiting, async (channel) => {
    const thread = await channel.send(posting, threads[channel.name] ?? null).catch((error: unknown) => {
      onFailed(channel.name, error instanceof Error ? error.message : 'unknown error');
      throw error;
    });
    await onDelivered(channel.name, thread);
  });
}

/** Hears what became of each delivery. */
export interface DeliveryNews {
  readonly delivered: (channel: string, thread: string | null) => Promise<void>;
  readonly failed: (channel: string, detail: string) => void;
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

import type { EventLog } from '../event-log.ts';
import { once } from '../google/resource-manager-clients.ts';
import type { Channel } from '../report/deliver.ts';

/** How much a channel takes. */
export interface ChannelLimits {
  /** Messages in `intervalMilliseconds`, by this process. */
  readonly messages: number;
  readonly intervalMilliseconds: number;
}

/** After so many failures in a row nothing is sent for a while: whoever waits for each of them waits in vain. */
const FAILURES_IN_A_ROW = 5;
const PAUSE_MILLISECONDS = 60_000;

/** More than this waiting is a flood: the rest is handed back and comes again. */
const MOST_WAITING = 50;

/** Keeps a channel within its rate, and lets it rest when it fails again and again; the log says so. */
export function guardChannel(channel: Channel, limits: ChannelLimits, events: EventLog): Channel {
  const { name } = channel;
  const guard = once(async () => {
    const [{ default: throttle }, cockatiel] = await Promise.all([import('p-throttle'), import('cockatiel')]);
    const circuit = cockatiel.circuitBreaker(cockatiel.handleAll, {
      halfOpenAfter: PAUSE_MILLISECONDS,
      breaker: new cockatiel.ConsecutiveBreaker(FAILURES_IN_A_ROW),
    });
    circuit.onBreak(() => events.write({ event: 'channel-paused', channel: name, seconds: PAUSE_MILLISECONDS / 1000 }));
    circuit.onReset(() => events.write({ event: 'channel-resumed', channel: name }));
    const inTurn = throttle({ limit: limits.messages, interval: limits.intervalMilliseconds })(
      <T>(send: () => Promise<T>): Promise<T> => send(),
    );
    return { circuit, inTurn, isPause: cockatiel.isBrokenCircuitError };
  });
  const guarded = async <T>(send: () => Promise<T>): Promise<T> => {
    const { circuit, inTurn, isPause } = await guard();
    if (inTurn.queueSize >= MOST_WAITING) throw new Error(`${MOST_WAITING} reports are waiting for ${name} already`);
    try {
      return await circuit.execute(() => inTurn(send));
    } catch (error) {
      if (!isPause(error)) throw error;
      throw new Error(`${name} is not sent to for now: it failed ${FAILURES_IN_A_ROW} times in a row`);
    }
  };
  return {
    ...channel,
    send: (posting, thread) => guarded(() => channel.send(posting, thread)),
    sendDigest: (digest) => guarded(() => channel.sendDigest(digest)),
  };
}

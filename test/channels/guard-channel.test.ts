import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { guardChannel } from '../../src/channels/guard-channel.ts';
import type { LogEvent } from '../../src/event-log.ts';
import type { Channel } from '../../src/report/deliver.ts';
import { reportFor } from '../fixtures/report.ts';

const posting = { report: reportFor('applied'), news: 'opened' } as const;

function openChannel(messages: number) {
  const events: LogEvent[] = [];
  const sent: number[] = [];
  const state = { isDown: false };
  const channel: Channel = {
    name: 'chat',
    hears: 'everything',
    send: async () => {
      sent.push(Date.now());
      if (state.isDown) throw new Error('HTTP 500');
      return 'thread';
    },
    sendDigest: async () => {},
  };
  const guarded = guardChannel(
    channel,
    { messages, intervalMilliseconds: 1_000 },
    { write: (event) => void events.push(event) },
  );
  return { guarded, events, sent, state };
}

describe('a guarded channel', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('keeps within its rate, and gives what the channel gives', async () => {
    const { guarded, sent } = openChannel(2);
    await guarded.send(posting, null);
    await vi.advanceTimersByTimeAsync(2_000);
    sent.length = 0;
    const sending = Promise.all([1, 2, 3, 4, 5].map(() => guarded.send(posting, null)));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await sending).toEqual(['thread', 'thread', 'thread', 'thread', 'thread']);
    const perSecond = [2, 3, 4].map((second) => sent.filter((at) => Math.floor(at / 1_000) === second).length);
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(2);
  });

  it('rests after five failures in a row, says so, and goes on when it works again', async () => {
    const { guarded, events, sent, state } = openChannel(100);
    state.isDown = true;
    for (let count = 0; count < 5; count += 1) await expect(guarded.send(posting, null)).rejects.toThrow('HTTP 500');
    expect(events).toEqual([{ event: 'channel-paused', channel: 'chat', seconds: 60 }]);
    await expect(guarded.send(posting, null)).rejects.toThrow('not sent to for now');
    expect(sent).toHaveLength(5);
    state.isDown = false;
    await vi.advanceTimersByTimeAsync(61_000);
    expect(await guarded.send(posting, null)).toBe('thread');
    expect(events.at(-1)).toEqual({ event: 'channel-resumed', channel: 'chat' });
  });

  it('hands back what would wait for too long', async () => {
    const { guarded } = openChannel(1);
    await guarded.send(posting, null);
    const sending = Array.from({ length: 60 }, () => guarded.send(posting, null));
    const settled = Promise.allSettled(sending);
    await vi.advanceTimersByTimeAsync(100_000);
    const rejected = (await settled).filter(({ status }) => status === 'rejected');
    expect(rejected.length).toBeGreaterThanOrEqual(9);
    expect(rejected.length).toBeLessThanOrEqual(11);
  });
});

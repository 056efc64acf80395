import { count } from '../backtest/charts.ts';
import type { CommandIo } from './io.ts';

/** How far something got: one line on standard error that is written over, where a person looks at it. */
export interface Progress {
  /** `share` is from 0 to 1, or null where the whole is not known. */
  show(entries: number, share: number | null): void;
  /** Says what is being done meanwhile. */
  say(what: string): void;
  /** Takes the line away. */
  end(): void;
}

const BETWEEN_MILLISECONDS = 200;
const BAR_WIDTH = 20;
const CLEAR_LINE = '\r\u001b[K';

/** Starts to show. `now` is in milliseconds since the epoch. */
export function createProgress(io: Pick<CommandIo, 'err' | 'isWatched'>, now: () => number): Progress {
  const startedAt = now();
  let shownAt = 0;
  const write = (text: string) => {
    if (io.isWatched) io.err(text);
  };
  return {
    show: (entries, share) => {
      const time = now();
      if (time - shownAt < BETWEEN_MILLISECONDS) return;
      shownAt = time;
      write(`${CLEAR_LINE}${progressLine(entries, share, (time - startedAt) / 1000)}`);
    },
    say: (what) => write(`${CLEAR_LINE}${what}`),
    end: () => write(CLEAR_LINE),
  };
}

/** `████░░░░ 40 %  400,000 entries  90,000/s  7 s left`. */
export function progressLine(entries: number, share: number | null, seconds: number): string {
  const rate = `${count(entries)} entries  ${count(Math.round(entries / Math.max(seconds, 0.001)))}/s`;
  if (share === null || share <= 0) return rate;
  const done = Math.min(share, 1);
  const filled = Math.round(done * BAR_WIDTH);
  const left = Math.round((seconds / done) * (1 - done));
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${Math.floor(done * 100)} %  ${rate}  ${duration(left)} left`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

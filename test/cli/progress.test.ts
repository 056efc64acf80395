import { describe, expect, it } from 'vitest';
import { createProgress, progressLine } from '../../src/cli/progress.ts';

describe('the progress of a backtest', () => {
  it('tells entries and rate, and what is left where the whole is known', () => {
    expect(progressLine(400_000, 0.4, 4)).toBe('████████░░░░░░░░░░░░ 40 %  400,000 entries  100,000/s  6 s left');
    expect(progressLine(400_000, 0.1, 400)).toContain('1,000/s  1 h 0 min left');
    expect(progressLine(1_000, null, 2)).toBe('1,000 entries  500/s');
    expect(progressLine(0, 0, 0)).toBe('0 entries  0/s');
  });

  it('writes one line over and over, not more often than one can see, and takes it away', () => {
    let time = 0;
    const written: string[] = [];
    const progress = createProgress({ isWatched: true, err: (text) => void written.push(text) }, () => time);
    for (time = 1_000; time < 2_000; time += 10) progress.show(time, null);
    progress.end();
    expect(written).toHaveLength(6);
    expect(written.every((text) => text.startsWith('\r\u001b[K') && !text.includes('\n'))).toBe(true);
  });

  it('is silent where nobody looks', () => {
    const written: string[] = [];
    const progress = createProgress({ isWatched: false, err: (text) => void written.push(text) }, () => 1_000);
    progress.show(1, 0.5);
    progress.say('looking up');
    progress.end();
    expect(written).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginMark, endMark, entryMark } from '../../src/backtest/entry-mark.ts';
import { createHistory } from '../../src/backtest/history.ts';
import { readAhead } from '../../src/backtest/look-ahead.ts';
import { createSpillFile } from '../../src/cli/history/spill-file.ts';
import { memoryStore } from './memory-runs.ts';

const records = fc.array(fc.record({ at: fc.nat(40), id: fc.nat(60) }), { maxLength: 80 });

describe('a history', () => {
  it('comes back in order of time, each entry once, in whatever order and how often it was added', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 9 }), (added, runEntries) => {
        const history = createHistory(memoryStore(), runEntries);
        for (const { at, id } of added) history.add(at, id, entryMark(`entry ${id}`));
        const back: string[] = [];
        for (let moment = history.next(); moment !== null; moment = history.next())
          back.push(`${moment.at} ${moment.found}`);
        const wanted = new Set(added.map(({ at, id }) => `${at} ${id}`));
        expect(new Set(back)).toEqual(wanted);
        expect(back).toHaveLength(wanted.size);
        expect(back.map((text) => Number(text.split(' ')[0]))).toEqual(
          back.map((text) => Number(text.split(' ')[0])).toSorted((a, b) => a - b),
        );
        expect(history.counts).toEqual({ entries: wanted.size, repeated: added.length - wanted.size });
      }),
    );
  });

  it('is the same from memory and from a file that is gone afterwards', () => {
    const spill = createSpillFile();
    const [inMemory, inFile] = [createHistory(memoryStore(), 100), createHistory(spill, 100)];
    for (let number = 0; number < 20_000; number += 1) {
      const at = (number * 7_919) % 20_011;
      for (const history of [inMemory, inFile]) history.add(at, number % 50, entryMark(`entry ${number}`));
    }
    for (let moment = inMemory.next(); moment !== null; moment = inMemory.next()) expect(inFile.next()).toEqual(moment);
    expect(inFile.next()).toBeNull();
    spill.close();
  });

  it('knows when it begins and ends, and that an empty one does neither', () => {
    const history = createHistory(memoryStore());
    expect([history.next(), history.span]).toEqual([null, null]);
    const other = createHistory(memoryStore());
    for (const at of [30, 10, 20]) other.add(at, 0, at);
    while (other.next() !== null);
    expect(other.span).toEqual({ from: 10, to: 30 });
  });
});

describe('a history that is read ahead', () => {
  it('tells of every entry in time, and of no more than lies within it', () => {
    fc.assert(
      fc.property(records, fc.nat(15), (added, ahead) => {
        const history = createHistory(memoryStore(), 7);
        for (const { at, id } of added) history.add(at, id, id);
        const told: number[] = [];
        const next = readAhead(history, ahead, ({ at }) => void told.push(at));
        let read = 0;
        for (let moment = next(); moment !== null; moment = next()) {
          read += 1;
          const { at } = moment;
          expect(told.filter((time) => time <= at + ahead)).toHaveLength(told.length);
        }
        expect(told).toHaveLength(read);
      }),
    );
  });
});

describe('a history of which much lies within the time that is read ahead', () => {
  it('comes whole and in order, through waves of many and few', () => {
    const history = createHistory(memoryStore());
    const times = [3_000, 10, 9_000, 1, 20_000].flatMap((many, wave) =>
      Array.from({ length: many }, (_, place) => wave * 1_000 + (place * 900) / many),
    );
    for (const [number, at] of times.entries()) history.add(at, number, number);
    let told = 0;
    const next = readAhead(history, 600, () => {
      told += 1;
    });
    let read = 0;
    for (let moment = next(); moment !== null; moment = next()) {
      const { at, found } = moment;
      if (at !== times[read] || found !== read) expect([at, found]).toEqual([times[read], read]);
      read += 1;
    }
    expect([read, told]).toEqual([times.length, times.length]);
  });
});

describe('the mark of an entry', () => {
  it('differs for ids that differ a little', () => {
    const marks = new Set(
      Array.from({ length: 100_000 }, (_, number) => entryMark(`projects/p/logs/l|2026-11-20T09:30:15Z|${number}`)),
    );
    expect(marks.size).toBe(100_000);
    expect([...marks].every(Number.isSafeInteger)).toBe(true);
  });

  it('is the same by its begun mark, wherever that ends', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (start, rest) => endMark(beginMark(start), rest) === entryMark(start + rest),
      ),
    );
  });
});

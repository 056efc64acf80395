import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GIVE_UP_BYTES, PIECE_LIMIT_BYTES } from '../../../src/cli/history/history-sink.ts';
import { readInput } from '../../../src/cli/history/read-input.ts';

/** What an input was taken apart into: `line: JSON` for each piece. */
async function piecesOf(chunks: readonly (Buffer | string)[], isStopped = () => false): Promise<readonly string[]> {
  const pieces: string[] = [];
  const note = (line: number, value: unknown) => void pieces.push(`${line}: ${JSON.stringify(value)}`);
  const input = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  })();
  const sink = {
    text: (json: string, line: number) => (json.trim() === '' ? undefined : note(line, parsed(json))),
    value: (value: unknown, line: number) => note(line, value),
    unreadable: (reason: string, line: number) => void pieces.push(`${line}: UNREADABLE ${reason}`),
  };
  await readInput(input, sink, isStopped);
  return pieces;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return `not JSON: ${json}`;
  }
}

function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...ends].map((from, index) => bytes.subarray(from, ends[index] ?? bytes.length));
}

describe('an input', () => {
  const values = [{ a: 'é\u{1F600}', b: [1, { c: '"}\\' }] }, { d: {} }, { e: null }];

  it.each([
    ['lines', values.map((value) => JSON.stringify(value)).join('\n'), [1, 2, 3]],
    [
      'lines with carriage returns and empty ones',
      `\r\n${values.map((value) => JSON.stringify(value)).join('\r\n\r\n')}`,
      [2, 4, 6],
    ],
    ['an array', JSON.stringify(values, null, 2), [2, 11, 14]],
    ['an array on one line', JSON.stringify(values), [1, 1, 1]],
    ['objects over several lines', values.map((value) => JSON.stringify(value, null, 2)).join('\n'), [1, 10, 13]],
    ['one object', JSON.stringify(values[0], null, 2), [1]],
  ])('comes apart the same however it is cut: %s', async (_name, text, places) => {
    const wanted = places.map((line, index) => `${line}: ${JSON.stringify(values[index])}`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(), { maxLength: 6 }),
        fc.constantFrom('plain', 'gzip', 'marked'),
        async (at, form) => {
          const bytes = form === 'gzip' ? gzipSync(text) : Buffer.from(form === 'marked' ? `\uFEFF${text}` : text);
          expect(await piecesOf(cut(bytes, at))).toEqual(wanted);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('may be empty', async () => {
    for (const chunks of [[], [''], [' \n\n '], [gzipSync('')]]) expect(await piecesOf(chunks)).toEqual([]);
  });

  it('may hold lines that are nothing, each by itself', async () => {
    expect(await piecesOf(['nonsense\n{"a":1}\n{"b":'])).toEqual([
      '1: "not JSON: nonsense"',
      '2: {"a":1}',
      '3: "not JSON: {\\"b\\":"',
    ]);
  });

  it('is read no further once it is stopped', async () => {
    const asked: number[] = [];
    const isStopped = () => asked.push(1) > 1;
    expect(await piecesOf(['{"a":1}\n', '{"b":2}\n'], isStopped)).toEqual(['1: {"a":1}']);
  });

  it('that breaks off keeps what came before', async () => {
    expect(await piecesOf(['[{"a":1},\n{"b":2},\n{"c":'])).toEqual([
      '1: {"a":1}',
      '2: {"b":2}',
      expect.stringMatching(/^3: UNREADABLE not JSON: .*; the rest is not read$/),
    ]);
    const zipped = gzipSync(`${JSON.stringify({ a: 'x'.repeat(20) })}\n`.repeat(5_000));
    const pieces = await piecesOf([zipped.subarray(0, zipped.length - 20)]);
    expect(pieces.length).toBeGreaterThan(1_000);
    expect(pieces.at(-1)).toMatch(/UNREADABLE gzip: .*; the rest is not read$/);
  });

  it('is not read on where something follows an array', async () => {
    expect(await piecesOf(['[{"a":1}]\n[{"b":2}]'])).toEqual([
      '1: {"a":1}',
      expect.stringMatching(/UNREADABLE not JSON/),
    ]);
  });
});

describe('an input that is too much', () => {
  const megabyte = Buffer.alloc(1_000_000, 'x');
  const long = (megabytes: number) => Array.from({ length: megabytes }, () => megabyte);

  it('costs one piece for a line that is too long, which is never kept', async () => {
    expect(await piecesOf(['{"a":1}\n{"b":"', ...long(5), '"}\n{"c":3}\n'])).toEqual([
      '1: {"a":1}',
      `2: UNREADABLE a line of 5000008 bytes, expected at most ${PIECE_LIMIT_BYTES}`,
      '3: {"c":3}',
    ]);
  });

  it('is given up where a line has no end', async () => {
    const pieces = await piecesOf(['{"a":1}\n', ...long(70)]);
    expect(pieces).toEqual([
      '1: {"a":1}',
      `2: UNREADABLE a line of more than ${GIVE_UP_BYTES} bytes; the rest is not read`,
    ]);
  });

  it.each([
    ['a string without an end in an array', ['[{"a":1},{"b":"', ...long(4)]],
    ['numbers without an end', ['[{"a":1},[', ...Array.from({ length: 4 }, () => Buffer.alloc(1_000_000, '1,'))]],
  ])('is given up for %s', async (_name, chunks) => {
    const pieces = await piecesOf(chunks);
    expect(pieces).toEqual([
      '1: {"a":1}',
      expect.stringContaining(`a value of more than ${PIECE_LIMIT_BYTES} bytes; the rest is not read`),
    ]);
  });

  it('is given up for brackets without an end', async () => {
    expect(await piecesOf(['[{"a":1},', Buffer.alloc(1_000_000, '['), Buffer.alloc(1_000_000, '['), ']'])).toEqual([
      '1: {"a":1}',
      '1: UNREADABLE nested deeper than 1000 levels; the rest is not read',
    ]);
  });

  it('does no more harm when it is zipped small', async () => {
    const bomb = gzipSync(Buffer.alloc(80_000_000, ' '));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await piecesOf([bomb])).toEqual([expect.stringContaining('bytes; the rest is not read')]);
    const inArray = gzipSync(Buffer.concat([Buffer.from('["'), Buffer.alloc(80_000_000, 'a')]));
    expect(await piecesOf([inArray])).toEqual([expect.stringContaining('bytes; the rest is not read')]);
  });
});

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type ChunkReader, type HistorySink, InputEnded, PIECE_LIMIT_BYTES } from './history-sink.ts';
import { createLineReader } from './line-reader.ts';
import { createValueReader } from './value-reader.ts';

/**
 * Reads an input of log entries piece by piece: gzip or plain, a JSON array, JSON values over several lines, or one a
 * line. Goes on until the input ends or `isStopped` says so. An input that breaks off, or that cannot be read on, is
 * told to the sink; what came before counts.
 */
export async function readInput(
  input: AsyncIterable<Buffer>,
  sink: HistorySink,
  isStopped: () => boolean,
): Promise<void> {
  try {
    let reader: ChunkReader | null = null;
    let head: Buffer = Buffer.alloc(0);
    for await (const chunk of plain(input)) {
      if (isStopped()) return;
      if (reader !== null) {
        reader.push(chunk);
        continue;
      }
      head = Buffer.concat([head, chunk]);
      reader = readerFor(head, 'more may come', sink);
      reader?.push(withoutMark(head));
    }
    if (reader === null) {
      reader = readerFor(head, 'this is all', sink);
      reader?.push(withoutMark(head));
    }
    reader?.end();
  } catch (error) {
    if (error instanceof InputEnded) sink.unreadable(error.message, error.line);
    else throw error;
  }
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function withoutMark(head: Buffer): Buffer {
  return head.subarray(0, 3).equals(BYTE_ORDER_MARK) ? head.subarray(3) : head;
}

// An object that is whole on its first line stands for one a line. Null while that cannot be told yet.
function readerFor(head: Buffer, rest: 'more may come' | 'this is all', sink: HistorySink): ChunkReader | null {
  if (head.length < BYTE_ORDER_MARK.length && rest === 'more may come') return null;
  const text = withoutMark(head);
  const start = text.findIndex((byte) => byte > 0x20);
  if (start < 0) return rest === 'more may come' && head.length < PIECE_LIMIT_BYTES ? null : createLineReader(sink);
  if (text[start] === 0x5b) return createValueReader('array', sink);
  if (text[start] !== 0x7b) return createLineReader(sink);
  const end = text.indexOf(10, start);
  if (end < 0 && rest === 'more may come' && head.length < PIECE_LIMIT_BYTES) return null;
  const line = text.toString('utf8', start, end < 0 ? text.length : end);
  return isJson(line) || (end < 0 && rest === 'more may come')
    ? createLineReader(sink)
    : createValueReader('values', sink);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

// Gzip is known by its first two bytes, whatever the name says.
async function* plain(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = input[Symbol.asyncIterator]();
  const first = await firstBytes(chunks);
  const rest = all(first, chunks);
  if (first[0] !== 0x1f || first[1] !== 0x8b) return yield* rest;
  const gunzip = createGunzip();
  // What goes wrong on the way in comes out where it is read, and nobody reads on after an early end.
  pipeline(Readable.from(rest), gunzip).catch(() => {});
  try {
    yield* gunzip;
  } catch (error) {
    if (error instanceof InputEnded) throw error;
    throw new InputEnded(`gzip: ${error instanceof Error ? error.message : 'unreadable'}; the rest is not read`, 1);
  }
}

async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let first: Buffer = Buffer.alloc(0);
  while (first.length < 2) {
    const next = await chunks.next();
    if (next.done === true) break;
    first = Buffer.concat([first, next.value]);
  }
  return first;
}

async function* all(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}

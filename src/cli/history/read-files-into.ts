import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { CommandIo } from '../io.ts';
import { UsageError } from '../read-files.ts';
import type { HistorySink } from './history-sink.ts';
import { InputEnded } from './history-sink.ts';
import { readInput } from './read-input.ts';

/** What reading files tells, and asks, on the way. */
export interface ReadingPorts {
  /** Where the pieces of a file go, by its name for people. */
  readonly sinkFor: (name: string) => HistorySink;
  /** Told of bytes that were read, and of how many there are; null where that is not known. */
  readonly onBytes: (read: number, all: number | null) => void;
  readonly isStopped: () => boolean;
}

const CHUNK_BYTES = 1 << 16;

/** Reads files one after the other; `-` is standard input. A file that is not there is wrong usage, told before any is read. */
export async function readFilesInto(names: readonly string[], io: CommandIo, ports: ReadingPorts): Promise<void> {
  const all = await sizeOf(names);
  let read = 0;
  for (const name of names) {
    if (ports.isStopped()) return;
    const shown = name === '-' ? '(standard input)' : name;
    const chunks = name === '-' ? io.stdinChunks() : createReadStream(name, { highWaterMark: CHUNK_BYTES });
    const counted = countBytes(chunks, (bytes) => {
      read += bytes;
      ports.onBytes(read, all);
    });
    await readInput(counted, ports.sinkFor(shown), ports.isStopped);
  }
}

async function sizeOf(names: readonly string[]): Promise<number | null> {
  const sizes = await Promise.all(names.filter((name) => name !== '-').map(fileSize));
  return names.includes('-') ? null : sizes.reduce((sum, size) => sum + size, 0);
}

async function fileSize(name: string): Promise<number> {
  const found = await stat(name).catch((error: unknown) => {
    throw new UsageError(`${name}: could not be read: ${error instanceof Error ? error.message : 'unknown error'}`);
  });
  if (found.isDirectory()) throw new UsageError(`${name}: expected a file, it is a folder`);
  return found.size;
}

async function* countBytes(chunks: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of chunks) {
      onBytes(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw new InputEnded(`${error instanceof Error ? error.message : 'unreadable'}; the rest is not read`, 1);
  }
}

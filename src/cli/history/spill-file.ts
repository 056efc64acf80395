import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunStore } from '../../backtest/history.ts';

/** Keeps sorted parts of a history in one file in the system's folder for temporary files; `close` removes it. */
export interface SpillFile extends RunStore {
  close(): void;
}

const NUMBER_BYTES = Float64Array.BYTES_PER_ELEMENT;

/** Opens the file when it is first needed. It holds times, numbers of cases and marks, and no text of any entry. */
export function createSpillFile(): SpillFile {
  let opened: { readonly file: number; readonly folder: string } | null = null;
  let end = 0;
  const open = () => {
    const folder = mkdtempSync(join(tmpdir(), 'guestlist-backtest-'));
    return { folder, file: openSync(join(folder, 'runs'), 'wx+', 0o600) };
  };
  return {
    keep: (numbers) => {
      opened ??= open();
      const { file } = opened;
      let from = end;
      end += writeWhole(file, bytesOf(numbers), end);
      const until = end;
      return (block) => {
        const bytes = bytesOf(block).subarray(0, until - from);
        readWhole(file, bytes, from);
        from += bytes.length;
        return bytes.length / NUMBER_BYTES;
      };
    },
    close: () => {
      if (opened === null) return;
      closeSync(opened.file);
      rmSync(opened.folder, { recursive: true, force: true });
      opened = null;
    },
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function writeWhole(file: number, bytes: Uint8Array, at: number): number {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done);
  return bytes.length;
}

function readWhole(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(file, bytes, done, bytes.length - done, at + done);
    if (read === 0) throw new Error('the temporary file of this backtest was cut short by somebody else');
    done += read;
  }
}

/** Where the pieces of an input go, each with the line it starts on, from 1. */
export interface HistorySink {
  /** One JSON value as text, not looked into yet. */
  text(json: string, line: number): void;
  /** One JSON value that was parsed already. */
  value(value: unknown, line: number): void;
  /** A piece that is no JSON value, or none that can be taken. */
  unreadable(reason: string, line: number): void;
}

/**
 * One piece has at most so many bytes: twice what an audit entry of 512 KiB (logging/quotas) has with generous JSON
 * spelling, for it may come in base64.
 */
export const PIECE_LIMIT_BYTES = 2 * 1024 * 1024;

/** Whoever writes this much without an end of a piece does not write log entries. */
export const GIVE_UP_BYTES = 64 * 1024 * 1024;

/** An input that cannot be read on: what came before it counts. */
export class InputEnded extends Error {
  readonly line: number;

  constructor(reason: string, line: number) {
    super(reason);
    this.name = 'InputEnded';
    this.line = line;
  }
}

/** Takes an input in chunks, to its end. Throws `InputEnded` where it cannot be read on. */
export interface ChunkReader {
  push(chunk: Buffer): void;
  end(): void;
}

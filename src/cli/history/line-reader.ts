import { type ChunkReader, GIVE_UP_BYTES, type HistorySink, InputEnded, PIECE_LIMIT_BYTES } from './history-sink.ts';

const NEWLINE = 10;

/** Takes one JSON value a line. A line that is too long is passed over without being kept. */
export function createLineReader(sink: HistorySink): ChunkReader {
  let line = 1;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const keep = (part: Buffer) => {
    pendingBytes += part.length;
    if (pendingBytes > GIVE_UP_BYTES)
      throw new InputEnded(`a line of more than ${GIVE_UP_BYTES} bytes; the rest is not read`, line);
    if (pendingBytes <= PIECE_LIMIT_BYTES) pending.push(Buffer.from(part));
    else pending = [];
  };
  const take = () => {
    if (pendingBytes > PIECE_LIMIT_BYTES) sink.unreadable(tooLong(pendingBytes), line);
    else if (pendingBytes > 0) sink.text(Buffer.concat(pending).toString(), line);
    pending = [];
    pendingBytes = 0;
  };
  return {
    push: (chunk) => {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
        if (pendingBytes === 0 && end - from <= PIECE_LIMIT_BYTES) {
          if (end > from) sink.text(chunk.toString('utf8', from, end), line);
        } else {
          keep(chunk.subarray(from, end));
          take();
        }
        line += 1;
        from = end + 1;
      }
      if (from < chunk.length) keep(chunk.subarray(from));
    },
    end: take,
  };
}

function tooLong(bytes: number): string {
  return `a line of ${bytes} bytes, expected at most ${PIECE_LIMIT_BYTES}`;
}

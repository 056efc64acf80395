import { JSONParser, TokenType } from '@streamparser/json';
import { type ChunkReader, type HistorySink, InputEnded, PIECE_LIMIT_BYTES } from './history-sink.ts';

const NEWLINE = 10;

/** Far beyond what any entry has; the parser takes long over more. */
const DEEPEST = 1_000;

/**
 * Takes the elements of one JSON array, or JSON values that follow each other, over any number of lines and never as a
 * whole. What is not JSON ends it, for nobody can tell where the next value starts.
 */
export function createValueReader(shape: 'array' | 'values', sink: HistorySink): ChunkReader {
  const depthOfValues = shape === 'array' ? 1 : 0;
  const parser =
    shape === 'array'
      ? new JSONParser({ paths: ['$.*'], keepStack: false })
      : new JSONParser({ paths: ['$'], keepStack: false, separator: '' });
  const lines = createLineCounter();
  let depth = 0;
  let startLine = 1;
  let bytesSinceValue = 0;
  parser.onToken = ({ token, offset }) => {
    if (depth === depthOfValues && token !== TokenType.COMMA) startLine = lines.lineAt(offset);
    if (depth > DEEPEST) throw new InputEnded(`nested deeper than ${DEEPEST} levels; the rest is not read`, startLine);
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) depth += 1;
    else if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) depth -= 1;
  };
  parser.onValue = ({ value }) => {
    bytesSinceValue = 0;
    sink.value(value, startLine);
  };
  const run = (step: () => void) => {
    try {
      step();
    } catch (error) {
      if (error instanceof InputEnded) throw error;
      const reason = error instanceof Error ? error.message : 'unreadable';
      throw new InputEnded(`not JSON: ${reason}; the rest is not read`, startLine);
    }
  };
  return {
    push: (chunk) => {
      lines.enter(chunk);
      bytesSinceValue += chunk.length;
      run(() => parser.write(chunk));
      if (bytesSinceValue > PIECE_LIMIT_BYTES + chunk.length)
        throw new InputEnded(`a value of more than ${PIECE_LIMIT_BYTES} bytes; the rest is not read`, startLine);
    },
    end: () => run(() => (parser.isEnded ? undefined : parser.end())),
  };
}

// Counts lines up to places that only go forward.
function createLineCounter() {
  let chunk: Buffer = Buffer.alloc(0);
  let start = 0;
  let from = 0;
  let line = 1;
  const countTo = (place: number) => {
    for (let end = chunk.indexOf(NEWLINE, from); end >= 0 && end < place; end = chunk.indexOf(NEWLINE, from)) {
      line += 1;
      from = end + 1;
    }
  };
  return {
    enter: (next: Buffer) => {
      countTo(chunk.length);
      start += chunk.length;
      chunk = next;
      from = 0;
    },
    lineAt: (offset: number) => {
      countTo(offset - start);
      return line;
    },
  };
}

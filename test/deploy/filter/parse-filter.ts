import { type Comparison, type Filter, FilterError } from './filter.ts';
import { type Token, tokensOf } from './filter-tokens.ts';

/**
 * Reads a filter. What mixes AND with OR, or negates more than one thing, has to stand in brackets: then nobody has to
 * know which of them binds closer.
 */
export function parseFilter(text: string): Filter {
  const reader = { tokens: tokensOf(text), at: 0 };
  const filter = readGroup(reader);
  if (reader.at < reader.tokens.length) throw new FilterError(`there is more after the end: ${rest(reader)}`);
  return filter;
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
}

function readGroup(reader: Reader): Filter {
  const first = readOne(reader);
  const joint = reader.tokens[reader.at]?.kind;
  if (joint !== 'and' && joint !== 'or') return first;
  const of = [first];
  while (reader.tokens[reader.at]?.kind === joint) {
    reader.at += 1;
    of.push(readOne(reader));
  }
  const next = reader.tokens[reader.at]?.kind;
  if (next === 'and' || next === 'or')
    throw new FilterError(`AND and OR side by side, without brackets: ${rest(reader)}`);
  return { kind: joint === 'and' ? 'all' : 'any', of };
}

function readOne(reader: Reader): Filter {
  const token = reader.tokens[reader.at];
  reader.at += 1;
  switch (token?.kind) {
    case 'not':
      return { kind: 'not', of: readOne(reader) };
    case 'open': {
      const group = readGroup(reader);
      expectKind(reader, 'close');
      return group;
    }
    case 'word':
      return token.text === 'log_id' ? readLogId(reader) : readComparison([token.text], reader);
    default:
      reader.at -= 1;
      throw new FilterError(`expected a comparison, got ${rest(reader)}`);
  }
}

function readLogId(reader: Reader): Filter {
  expectKind(reader, 'open');
  const id = readText(reader);
  expectKind(reader, 'close');
  return { kind: 'log-id', id };
}

// A part of a path may be quoted: protoPayload.metadata."@type".
function readComparison(path: string[], reader: Reader): Comparison {
  while (reader.tokens[reader.at]?.kind === 'quoted') path.push(readText(reader));
  const operator = reader.tokens[reader.at];
  if (operator?.kind !== 'operator') throw new FilterError(`expected an operator, got ${rest(reader)}`);
  reader.at += 1;
  const isStar = isWord(reader.tokens[reader.at], '*');
  const value = readText(reader);
  const steps = path.flatMap((part, index) => (index === 0 ? part.split('.').filter((step) => step !== '') : [part]));
  const isPresence = operator.operator === ':' && isStar;
  return { kind: 'comparison', path: steps, operator: isPresence ? 'is-there' : operator.operator, value };
}

function readText(reader: Reader): string {
  const token = reader.tokens[reader.at];
  if (token?.kind !== 'word' && token?.kind !== 'quoted')
    throw new FilterError(`expected a value, got ${rest(reader)}`);
  reader.at += 1;
  return token.text;
}

function expectKind(reader: Reader, kind: Token['kind']): void {
  if (reader.tokens[reader.at]?.kind !== kind) throw new FilterError(`expected ${kind}, got ${rest(reader)}`);
  reader.at += 1;
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === 'word' && token.text === text;
}

function rest({ tokens, at }: Reader): string {
  return JSON.stringify(tokens.slice(at, at + 3));
}

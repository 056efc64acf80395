import { FilterError, type Operator } from './filter.ts';

/** A piece of a filter; a quoted text stands apart from a word, for only a word can be an operator or a number. */
export type Token =
  | { readonly kind: 'open' }
  | { readonly kind: 'close' }
  | { readonly kind: 'and' }
  | { readonly kind: 'or' }
  | { readonly kind: 'not' }
  | { readonly kind: 'operator'; readonly operator: Operator }
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'quoted'; readonly text: string };

const PIECE = /\s+|(?<quoted>"(?:[^"\\]|\\.)*")|(?<operator>=~|!=|=|:|>)|(?<bracket>[()])|(?<word>[A-Za-z0-9_.*-]+)/y;

/** Cuts a filter into its pieces. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const at = PIECE.lastIndex;
    const groups = PIECE.exec(text)?.groups;
    if (groups === undefined) throw new FilterError(`cannot read ${JSON.stringify(text.slice(at, at + 20))}`);
    const token = tokenOf(groups);
    if (token !== null) tokens.push(token);
  }
  return tokens;
}

function tokenOf({ quoted, operator, bracket, word }: Readonly<Record<string, string | undefined>>): Token | null {
  if (quoted !== undefined) return { kind: 'quoted', text: String(JSON.parse(quoted)) };
  if (bracket !== undefined) return { kind: bracket === '(' ? 'open' : 'close' };
  if (word !== undefined) return WORDS[word] ?? { kind: 'word', text: word };
  const found = OPERATORS.find((one) => one === operator);
  return found === undefined ? null : { kind: 'operator', operator: found };
}

const OPERATORS: readonly Operator[] = ['=', '!=', ':', '>', '=~'];

// Upper case alone makes them operators (logging/docs/view/logging-query-language).
const WORDS: Readonly<Record<string, Token>> = { AND: { kind: 'and' }, OR: { kind: 'or' }, NOT: { kind: 'not' } };

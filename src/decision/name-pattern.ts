/** A pattern for one name: text in which each `*` stands for characters within one name part. */
export interface NamePattern {
  readonly text: string;
}

const BORDERS = '@./:[]';

/**
 * True when the pattern covers the whole name. A `*` never stands for `@`, `.`, `/`, `:` or a bracket, so a pattern
 * cannot reach across a domain, a path or a member's kind. No RegExp is built: the file's text is only compared.
 */
export function matchesName(pattern: NamePattern, name: string): boolean {
  const [first = '', ...rest] = pattern.text.split('*');
  if (!name.startsWith(first)) return false;
  const ends = rest.reduce<ReadonlySet<number>>(
    (starts, piece) => endsOf(piece, starts, name),
    new Set([first.length]),
  );
  return ends.has(name.length);
}

// Every place where the piece can end when a star before it began at one of the starts.
function endsOf(piece: string, starts: ReadonlySet<number>, name: string): ReadonlySet<number> {
  const ends = new Set<number>();
  for (const start of starts) {
    const last = endOfPart(name, start);
    for (let at = start; at <= last; at += 1) {
      if (name.startsWith(piece, at)) ends.add(at + piece.length);
    }
  }
  return ends;
}

function endOfPart(name: string, from: number): number {
  let end = from;
  while (end < name.length && !BORDERS.includes(name.charAt(end))) end += 1;
  return end;
}

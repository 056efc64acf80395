/** One JSON value as text, and the line it starts on, from 1. */
export interface JsonPiece {
  readonly line: number;
  readonly json: string;
}

/**
 * Cuts text into JSON values without parsing them, so that each can fail by itself: the elements of one array, or the
 * values that follow each other. Where brackets do not add up, every line is taken as one value.
 */
export function splitJson(text: string): readonly JsonPiece[] {
  const clean = text.replace(/^\uFEFF/, '');
  if (clean.trim() === '') return [];
  const pieces = clean.trimStart().startsWith('[') ? splitArray(clean) : splitValues(clean);
  return pieces ?? splitLines(clean);
}

function splitArray(text: string): readonly JsonPiece[] | null {
  const start = text.indexOf('[');
  const end = endOfValue(text, start);
  if (end === null || text.slice(end).trim() !== '') return null;
  const pieces: JsonPiece[] = [];
  let at = start + 1;
  while (at < end - 1) {
    const comma = nextComma(text, at, end - 1);
    const json = text.slice(at, comma);
    if (json.trim() !== '') pieces.push(pieceOf(text, at, json));
    at = comma + 1;
  }
  return withLines(text, pieces);
}

// Values that follow each other without commas: objects over several lines, or one object a line.
function splitValues(text: string): readonly JsonPiece[] | null {
  const pieces: JsonPiece[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const end = text.charAt(at) === '{' ? endOfValue(text, at) : null;
    if (end === null) return null;
    pieces.push(pieceOf(text, at, text.slice(at, end)));
    at = skipSpace(text, end);
  }
  const areWhole = pieces.every((piece) => isJson(piece.json));
  return areWhole ? withLines(text, pieces) : null;
}

function splitLines(text: string): readonly JsonPiece[] {
  return text.split('\n').flatMap((json, index) => (json.trim() === '' ? [] : [{ line: index + 1, json }]));
}

// Until `withLines`, `line` holds the offset of the value.
function pieceOf(text: string, from: number, json: string): JsonPiece {
  return { line: skipSpace(text, from), json };
}

function withLines(text: string, pieces: readonly JsonPiece[]): readonly JsonPiece[] {
  let line = 1;
  let at = 0;
  return pieces.map(({ line: offset, json }) => {
    for (; at < offset; at += 1) if (text.charCodeAt(at) === 10) line += 1;
    return { line, json };
  });
}

/** Position after the value that opens at `start`, or null when it never closes. */
function endOfValue(text: string, start: number): number | null {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') at = endOfString(text, at);
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return null;
}

function nextComma(text: string, from: number, limit: number): number {
  let depth = 0;
  for (let at = from; at < limit; at += 1) {
    const char = text.charAt(at);
    if (char === '"') at = endOfString(text, at);
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    else if (char === ',' && depth === 0) return at;
  }
  return limit;
}

/** Position of the quote that ends the string which opens at `start`, or the last position of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '"') return at;
  }
  return text.length - 1;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charAt(at).trim() === '') at += 1;
  return at;
}

function isJson(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

/**
 * One argument for a POSIX shell, whatever the text holds. Single quotes stop every expansion; a single quote in the
 * text is closed, escaped and opened again. Control characters never belong into a command and are dropped.
 */
export function quoteShell(text: string): string {
  return `'${plainLine(text).replaceAll("'", () => `'\\''`)}'`;
}

/** The text on one line, without control, zero-width and bidirectional characters. */
export function plainLine(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, '');
}

/** `plainLine`, cut to a length with a mark where something was left out. */
export function shortLine(text: string, limit: number): string {
  const line = plainLine(text);
  if (line.length <= limit) return line;
  // Half of a character outside the basic plane would be no text at all.
  const start = line.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
  return `${start}… (${line.length - start.length} characters more)`;
}

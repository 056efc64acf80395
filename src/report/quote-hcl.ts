import { plainLine } from './quote-shell.ts';

/** A quoted HCL string: no template (`${`, `%{`) of the text is evaluated, and no quote ends it early. */
export function quoteHcl(text: string): string {
  // Replacements are functions: in a replacement text `$$` would stand for a single `$`, and undo the escape.
  const escaped = plainLine(text)
    .replaceAll('\\', () => '\\\\')
    .replaceAll('"', () => '\\"')
    .replaceAll('${', () => '$${')
    .replaceAll('%{', () => '%%{');
  return `"${escaped}"`;
}

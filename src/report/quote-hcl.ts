import { plainLine } from './quote-shell.ts';

/** A quoted HCL string: no template (`${`, `%{`) of the text is evaluated, and no quote ends it early. */
export function quoteHcl(text: string): string {
  const escaped = plainLine(text)
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('${', '$${')
    .replaceAll('%{', '%%{');
  return `"${escaped}"`;
}

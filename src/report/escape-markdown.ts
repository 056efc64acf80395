import { plainLine } from './quote-shell.ts';

/** Escapes everything that Markdown or a mention could read out of a text; the result shows as the text itself. */
export function escapeMarkdown(text: string): string {
  return plainLine(text)
    .replace(/[\\`*_{}[\]()#+\-.!|~>:=]/g, (char) => `\\${char}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('@', '&#64;');
}

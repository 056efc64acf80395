import { plainLine } from './quote-shell.ts';

/** Markup that is safe to put into a page. Only `html` and `trusted` make it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What may stand in a template: markup as it is, everything else as text. */
export type Part = Html | string | number | readonly Part[];

/** Builds markup. Whatever is put in is text: it cannot become a tag, an attribute or an entity. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    strings.map((markup, place) => `${markup}${place < parts.length ? markupOf(parts[place] ?? '') : ''}`).join(''),
  );
}

/** Markup of this program's own, such as its style sheet. Never anything from outside. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

function markupOf(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (typeof part === 'object') return part.map(markupOf).join('');
  return escapeText(String(part));
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

// Control and bidirectional characters have no business in a page either: they can make text read as another.
function escapeText(text: string): string {
  return plainLine(text).replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? '');
}

import { plainLine } from './quote-shell.ts';

/**
 * A quoted string of the Logging query language, and of gcloud's `--filter`: both end one at the next quote that no
 * backslash stands before.
 */
export function quoteQuery(text: string): string {
  return `"${plainLine(text).replace(/["\\]/g, (char) => `\\${char}`)}"`;
}

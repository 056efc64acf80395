import { shortLine } from '../quote-shell.ts';

/**
 * A text of several lines, such as a command, with its indentation but without control, zero-width and bidirectional
 * characters.
 */
export function plainLines(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll('\t', '  ')
    .replace(/(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '');
}

// Longer than any text a report is built with: what is cut here was not written by Guestlist.
const LONGEST_TEXT = 2_100;
const LONGEST_TITLE = 150;
const LONGEST_NAME = 60;

/** A running text on one line, as long as reports have them. */
export function plainText(text: string): string {
  return shortLine(text, LONGEST_TEXT);
}

/** An id, a time or the name of a rule on one line. */
export function plainName(text: string): string {
  return shortLine(text, LONGEST_NAME);
}

/** A title on one line. */
export function plainTitle(text: string): string {
  return shortLine(text, LONGEST_TITLE);
}

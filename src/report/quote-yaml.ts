import { plainLine } from './quote-shell.ts';

/** A double-quoted YAML string. Beyond ASCII everything is escaped: not every character that JSON takes is one of YAML. */
export function quoteYaml(text: string): string {
  return JSON.stringify(plainLine(text)).replace(/[^ -~]/gu, escapeCharacter);
}

function escapeCharacter(char: string): string {
  return `\\U${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(8, '0')}`;
}

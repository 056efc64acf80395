import { hash } from 'node:crypto';
import { remembering } from './remember.ts';

/** A short, stable id for a list of texts: 24 hex digits of SHA-256. No part can run into the next. */
export function digest(parts: readonly string[]): string {
  return shortHash(JSON.stringify(parts));
}

/** The same, for lists of which the same few come again and again. */
export function digestAgain(parts: readonly string[]): string {
  return knownHash(JSON.stringify(parts));
}

const knownHash = remembering(shortHash);

function shortHash(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 24);
}

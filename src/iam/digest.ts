import { hash } from 'node:crypto';

/** A short, stable id for a list of texts: 24 hex digits of SHA-256. No part can run into the next. */
export function digest(parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 24);
}

import { createHash } from 'node:crypto';

/** A short, stable id for a list of texts: 24 hex digits of SHA-256. No part can run into the next. */
export function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24);
}

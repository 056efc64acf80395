import { isRecord } from '../../src/ingest/fields.ts';

/** What stands at a path in parsed HCL or JSON, or undefined. A number picks an item of a list. */
export function at(value: unknown, ...[step, ...rest]: readonly (string | number)[]): unknown {
  if (step === undefined) return value;
  if (typeof step === 'number') return Array.isArray(value) ? at(value[step], ...rest) : undefined;
  return isRecord(value) && Object.hasOwn(value, step) ? at(value[step], ...rest) : undefined;
}

/** The names in what stands at a path. */
export function keysAt(value: unknown, ...path: readonly (string | number)[]): readonly string[] {
  const found = at(value, ...path);
  return isRecord(found) ? Object.keys(found) : [];
}

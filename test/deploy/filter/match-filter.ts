import type { Comparison, Filter } from './filter.ts';

/**
 * Whether an entry passes a filter, as Cloud Logging says it compares: without regard to case except in `=~`; a field of
 * several values when one of them does; and a field that is not there never, so that only NOT finds it
 * (logging/docs/view/logging-query-language).
 */
export function passes(entry: unknown, filter: Filter): boolean {
  switch (filter.kind) {
    case 'all':
      return filter.of.every((part) => passes(entry, part));
    case 'any':
      return filter.of.some((part) => passes(entry, part));
    case 'not':
      return !passes(entry, filter.of);
    case 'log-id':
      return logIdOf(entry) === filter.id;
    case 'comparison':
      return valuesAt(entry, filter.path).some((value) => isTrueOf(value, filter));
  }
}

function isTrueOf(value: unknown, { operator, value: wanted }: Comparison): boolean {
  const text = typeof value === 'object' ? '' : String(value);
  switch (operator) {
    case 'is-there':
      return true;
    case '=':
      return text.toLowerCase() === wanted.toLowerCase();
    case '!=':
      return text.toLowerCase() !== wanted.toLowerCase();
    case ':':
      return text.toLowerCase().includes(wanted.toLowerCase());
    case '>':
      return Number(text) > Number(wanted);
    case '=~':
      return new RegExp(wanted).test(text);
  }
}

function valuesAt(value: unknown, [step, ...rest]: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, step === undefined ? [] : [step, ...rest]));
  if (value === undefined || value === null) return [];
  if (step === undefined) return [value];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => (name === step ? valuesAt(inner, rest) : []));
}

function logIdOf(entry: unknown): string | null {
  const [name] = valuesAt(entry, ['logName']);
  return typeof name === 'string' ? decodeURIComponent(name.replace(/^[a-z]+\/[^/]+\/logs\//i, '')) : null;
}

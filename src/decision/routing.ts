import type { Allowlist } from './allowlist.ts';
import type { RuleResult } from './decision.ts';

/** Where reports of an incident go, and for how long it is quiet afterwards; null where the allowlist does not say. */
export interface Routing {
  readonly channels: readonly string[] | null;
  readonly quietMilliseconds: number | null;
}

/** The word of the first matching rule that has one, else that of the file. */
export function routingFor(allowlist: Allowlist, results: readonly RuleResult[]): Routing {
  const matched = new Set(results.filter(({ result }) => result === 'matched').map(({ id }) => id));
  const rules = allowlist.rules.filter(({ id }) => matched.has(id));
  return {
    channels: rules.find(({ channels }) => channels !== null)?.channels ?? allowlist.channels,
    quietMilliseconds:
      rules.find(({ quietMilliseconds }) => quietMilliseconds !== null)?.quietMilliseconds ??
      allowlist.quietMilliseconds,
  };
}

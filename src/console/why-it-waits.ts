import type { Report } from '../report/report.ts';
import { sentence } from './wording.ts';

/** Why something was not applied: the reason of the decision, the other rules that matched, and what did not hold. */
export function whyItWaits({ rules, guards, reason }: Report['decision']): string {
  const others = rules.filter(({ id, result }) => result === 'matched' && !reason.includes(`rule ${id} `));
  const open = guards.filter(({ guard, result }) => result !== 'held' && !reason.includes(guard));
  return [
    sentence(reason),
    ...others.map(({ id, effect }) => `Rule ${id} (${effect}) matches.`),
    ...open.map(
      ({ guard, result, detail }) =>
        `Guard ${guard} ${result === 'failed' ? 'failed' : 'could not be told'}: ${sentence(detail)}`,
    ),
  ].join(' ');
}

import type { Allowlist, Limits } from './allowlist.ts';

/** One limit as the ledger counts it: at most so many grants under a key within a sliding window. */
export interface Budget {
  readonly key: string;
  readonly most: number;
  readonly windowMilliseconds: number;
  /** How the limit is told: `20 grants an hour`. */
  readonly text: string;
}

const HOUR_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS;

/** Every limit that a grant by this rule in this project counts against: those of the file and those of the rule. */
export function budgetsFor(allowlist: Allowlist, ruleId: string, project: string): readonly Budget[] {
  const rule = allowlist.rules.find((candidate) => candidate.id === ruleId);
  return [
    ...budgetsOf(allowlist.limits, 'all rules', project),
    ...(rule === undefined ? [] : budgetsOf(rule.limits, `rule ${ruleId}`, project)),
  ];
}

function budgetsOf(
  { grantsPerHour, grantsPerProjectPerDay }: Limits,
  scope: string,
  project: string,
): readonly Budget[] {
  const hourly: Budget = {
    key: `${scope} hour`,
    most: grantsPerHour ?? 0,
    windowMilliseconds: HOUR_MILLISECONDS,
    text: `${grantsPerHour} grants an hour (${scope})`,
  };
  const daily: Budget = {
    key: `${scope} day ${project}`,
    most: grantsPerProjectPerDay ?? 0,
    windowMilliseconds: DAY_MILLISECONDS,
    text: `${grantsPerProjectPerDay} grants a day in one project (${scope})`,
  };
  return [...(grantsPerHour === null ? [] : [hourly]), ...(grantsPerProjectPerDay === null ? [] : [daily])];
}

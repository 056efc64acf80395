import { plainLine, shortLine } from '../report/quote-shell.ts';
import { bar, count, counted, gathered, sparkline } from './charts.ts';
import type { BacktestResult, DayFacts, GrantFacts, Listed } from './result.ts';
import { type Column, textTable } from './text-table.ts';
import { lasting, minute, outcomeRows, period, takeaway } from './wording.ts';

/** Makes a heading stand out, where the output can. */
export type Emphasize = (text: string) => string;

const MOST_SHOWN = 20;
const BAR_WIDTH = 24;
const LINE_WIDTH = 60;

/** A result as text with small charts, for a terminal. Text from entries stays on its line and holds no control codes. */
export function renderText(result: BacktestResult, emphasize: Emphasize): string {
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', emphasize(title), ...lines];
  return [
    emphasize(takeaway(result)),
    ...(result.isComplete ? [] : ['', emphasize('PARTIAL: the history was not read to its end.')]),
    '',
    ...headLines(result),
    ...section('Refused entries a day', timeline(result.days)),
    ...section('What would have become of them', chart(outcomeRows(result.outcomes))),
    ...section('Causes', chart(result.causes.map(({ cause, entries }) => [cause, entries]))),
    ...section('Decisions, as guestlist explain makes them', decisionLines(result)),
    ...section('Rules', ruleLines(result)),
    ...section(titleOfGrants(result.grants), grantLines(result.grants)),
    ...section('Limits that would have been reached', limitLines(result)),
    ...section('Callers that look like exploring', suspectLines(result)),
    ...section('What this leaves unknown', result.evidence.leavesUnknown.map(point)),
    ...section('How this was worked out', result.notes.map(point)),
    '',
  ].join('\n');
}

/** Access that would be granted, as a table. */
export function grantTable(grants: readonly GrantFacts[]): readonly string[] {
  const rows = grants.map((grant) => [
    minute(grant.firstAt),
    shortLine(grant.project, 40),
    shortLine(grant.member, 90),
    plainLine(grant.rule),
    grant.times === 1 ? lasting(grant) : `${lasting(grant)}, ${counted(grant.times, 'time')}`,
    count(grant.avoided),
    remarkOf(grant),
  ]);
  return textTable(GRANT_COLUMNS, rows);
}

const GRANT_COLUMNS: readonly Column[] = [
  { heading: 'first', align: 'left' },
  { heading: 'project', align: 'left' },
  { heading: 'member', align: 'left' },
  { heading: 'rule', align: 'left' },
  { heading: 'lasts', align: 'left' },
  { heading: 'avoided', align: 'right' },
  { heading: '', align: 'left' },
];

function remarkOf({ needs, hindsight }: GrantFacts): string {
  const parts = [
    ...(needs.length === 0 ? [] : ['if confirmed']),
    ...(hindsight === null ? [] : [`LATER SEEN AS ${hindsight}`]),
  ];
  return parts.join(', ');
}

function headLines(result: BacktestResult): readonly string[] {
  const { allowlist, history, incidents } = result;
  const { entries, repeated, unreadable } = history;
  const left = `${count(incidents.leftToAPerson)} left to a person, ${count(incidents.muted)} muted, ${count(incidents.neverArisen)} never arisen`;
  return [
    `  Allowlist  ${plainLine(allowlist.name)}: mode ${allowlist.mode}, role ${plainLine(allowlist.role)}`,
    `  History    ${period(result)}: ${count(entries)} entries, ${count(repeated)} repeated, ${count(unreadable)} could not be read`,
    `  Evidence   ${result.evidence.kind}`,
    `  Incidents  ${count(incidents.total)}: ${count(incidents.closedWithoutPerson)} closed by a grant, ${count(incidents.closedIfConfirmed)} if confirmed, ${left}`,
  ];
}

function timeline(days: readonly DayFacts[]): readonly string[] {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const refused = gathered(
    days.map(({ apply, propose, advise }) => apply + propose + advise),
    LINE_WIDTH,
  );
  const grants = gathered(
    days.map((day) => day.grants),
    LINE_WIDTH,
  );
  const width = Math.max(refused.length, first.day.length + last.day.length + 1);
  return [
    `  refused  ${sparkline(refused)}  at most ${count(Math.max(...refused))}`,
    ...(Math.max(...grants) === 0 ? [] : [`  grants   ${sparkline(grants)}  at most ${count(Math.max(...grants))}`]),
    `           ${first.day}${' '.repeat(width - first.day.length - last.day.length)}${last.day}`,
  ];
}

function chart(rows: readonly (readonly [string, number])[]): readonly string[] {
  const largest = Math.max(...rows.map(([, number]) => number));
  const columns: readonly Column[] = [
    { heading: '', align: 'left' },
    { heading: '', align: 'right' },
    { heading: '', align: 'left' },
  ];
  return textTable(
    columns,
    rows.map(([name, number]) => [name, count(number), bar(number, largest, BAR_WIDTH)]),
  ).slice(1);
}

function decisionLines({ decisions }: BacktestResult): readonly string[] {
  const { apply, propose, advise, ignore, allowedIfConfirmed } = decisions;
  const lines = chart([
    ['apply', apply],
    ['propose', propose],
    ['advise', advise],
    ['ignore', ignore],
  ]);
  if (allowedIfConfirmed === 0) return lines;
  return [...lines, `  Of the proposed, a rule allows ${count(allowedIfConfirmed)} if look-ups confirm it.`];
}

function ruleLines({ rules, neverMatched }: BacktestResult): readonly string[] {
  if (rules.length === 0) return ['  The allowlist has no rules.'];
  const columns: readonly Column[] = [
    { heading: 'rule', align: 'left' },
    { heading: 'effect', align: 'left' },
    ...['matched', 'not known', 'grants', 'if confirmed'].map((heading): Column => ({ heading, align: 'right' })),
  ];
  const rows = rules.map(({ id, effect, ...counts }) => [
    plainLine(id),
    effect,
    ...[counts.matched, counts.notKnown, counts.grants, counts.grantsIfConfirmed].map(count),
  ]);
  const never = neverMatched.length === 0 ? [] : [`  Never matched: ${neverMatched.map(plainLine).join(', ')}`];
  return [...textTable(columns, rows), ...never];
}

function titleOfGrants({ total, list }: Listed<GrantFacts>): string {
  const shown = Math.min(MOST_SHOWN, list.length);
  return shown === total
    ? `Grants (${count(total)})`
    : `Grants (the first ${shown} of ${count(total)}; --json and --html list more)`;
}

function grantLines({ list }: Listed<GrantFacts>): readonly string[] {
  return list.length === 0 ? ['  None.'] : grantTable(list.slice(0, MOST_SHOWN));
}

function limitLines({ limits }: BacktestResult): readonly string[] {
  return limits.map(
    ({ limit, times, firstAt, lastAt, projects, days }) =>
      `  ${plainLine(limit)}: ${counted(times, 'time')} on ${counted(days.length, 'day')} in ${counted(projects, 'project')}, ${minute(firstAt)} to ${minute(lastAt)}`,
  );
}

function suspectLines({ reconnaissance: { total, list } }: BacktestResult): readonly string[] {
  const lines = list
    .slice(0, MOST_SHOWN)
    .map(
      ({ member, permissions, projects, denials, firstAt, grants }) =>
        `  ${shortLine(member, 120)}: ${counted(permissions, 'permission')} in ${counted(projects, 'project')} at once, ${counted(denials, 'denial')} from ${minute(firstAt)}${grants === 0 ? '' : `; GRANTED ${count(grants)} ALL THE SAME`}`,
    );
  return total > lines.length ? [...lines, `  and ${count(total - lines.length)} more`] : lines;
}

function point(text: string): string {
  return `  - ${text}`;
}

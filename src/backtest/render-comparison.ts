import { plainLine } from '../report/quote-shell.ts';
import { count } from './charts.ts';
import type { ComparisonResult, DecisionFacts } from './comparison.ts';
import { type Emphasize, grantTable } from './render-text.ts';
import type { GrantFacts, Listed } from './result.ts';
import { type Column, textTable } from './text-table.ts';
import { lasting, period } from './wording.ts';

const MOST_SHOWN = 20;

/** What a changed allowlist changes, as text for a terminal. */
export function renderComparison(result: ComparisonResult, emphasize: Emphasize): string {
  const { old, new: young, grants, decisions, grantsMore } = result;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', emphasize(title), ...lines];
  return [
    emphasize(grantsMore.length === 0 ? 'It grants nothing that it did not grant before.' : 'IT GRANTS MORE.'),
    ...grantsMore.map((reason) => `  ${reason}`),
    ...(old.isComplete ? [] : ['', emphasize('PARTIAL: the history was not read to its end.')]),
    '',
    `  Old        ${plainLine(old.allowlist.name)} (${old.allowlist.mode})`,
    `  New        ${plainLine(young.allowlist.name)} (${young.allowlist.mode})`,
    `  History    ${period(old)}: ${count(old.history.entries)} entries, ${count(old.history.unreadable)} could not be read`,
    `  Evidence   ${old.evidence.kind}`,
    ...section('Outcomes', outcomeLines(result)),
    ...section(titled('Granted that was not', grants.added), shown(grants.added)),
    ...section(titled('Granted no more', grants.lost), shown(grants.lost)),
    ...section(titled('Granted on other terms', grants.changed), changedLines(result)),
    ...section('Denials that are decided otherwise', decisions.slice(0, MOST_SHOWN).map(decisionLine)),
    ...section(
      'What this leaves unknown',
      old.evidence.leavesUnknown.map((text) => `  - ${text}`),
    ),
    '',
  ].join('\n');
}

function outcomeLines({ old, new: young }: ComparisonResult): readonly string[] {
  const columns: readonly Column[] = [
    { heading: '', align: 'left' },
    { heading: 'old', align: 'right' },
    { heading: 'new', align: 'right' },
  ];
  const rows: readonly (readonly [string, number, number])[] = [
    ['grants', old.outcomes.granted, young.outcomes.granted],
    ['grants if confirmed', old.outcomes.grantedIfConfirmed, young.outcomes.grantedIfConfirmed],
    ['proposed', old.outcomes.proposed, young.outcomes.proposed],
    ['over a limit', old.outcomes.overLimit, young.outcomes.overLimit],
    ['incidents closed without a person', old.incidents.closedWithoutPerson, young.incidents.closedWithoutPerson],
    ['the same, if confirmed', old.incidents.closedIfConfirmed, young.incidents.closedIfConfirmed],
  ];
  return textTable(
    columns,
    rows.map(([name, one, other]) => [name, count(one), count(other)]),
  );
}

function titled(title: string, { total }: Listed<unknown>): string {
  return total > MOST_SHOWN ? `${title} (the first ${MOST_SHOWN} of ${count(total)})` : `${title} (${total})`;
}

function shown({ list }: Listed<GrantFacts>): readonly string[] {
  return list.length === 0 ? [] : grantTable(list.slice(0, MOST_SHOWN));
}

function changedLines({ grants: { changed } }: ComparisonResult): readonly string[] {
  return changed.list
    .slice(0, MOST_SHOWN)
    .map(
      ({ old, new: young }) =>
        `  ${plainLine(old.member)} on ${plainLine(old.project)}: ${termsOf(old)} -> ${termsOf(young)}`,
    );
}

function termsOf(grant: GrantFacts): string {
  return `rule ${plainLine(grant.rule)}, ${lasting(grant)}${grant.needs.length === 0 ? '' : ', if confirmed'}`;
}

function decisionLine({ denials, old, new: young }: ComparisonResult['decisions'][number]): string {
  return `  ${count(denials).padStart(9)}  ${nameOf(old)} -> ${nameOf(young)}`;
}

function nameOf({ cause, decision, rule, isIfConfirmed }: DecisionFacts): string {
  const by = rule === null ? '' : ` ${isIfConfirmed ? 'if confirmed ' : ''}by ${plainLine(rule)}`;
  return `${cause} ${isIfConfirmed ? 'allowed' : decision}${by}`;
}

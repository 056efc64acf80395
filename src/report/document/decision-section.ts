import type { GuardResult, RuleResult } from '../../decision/decision.ts';
import { counted } from '../counted.ts';
import type { Report } from '../report.ts';
import { type Piece, type Section, sectionOf } from './document.ts';
import { plainText, plainTitle } from './plain-lines.ts';

/** What was decided, by which rules, and which guards stopped it. */
export function decisionSection({ decision }: Report): Section {
  const open = decision.guards.filter(({ result }) => result !== 'held');
  return sectionOf('Decision', 'rules and guards', [
    {
      rank: 'core',
      title: null,
      blocks: [{ kind: 'line', label: DECISIONS[decision.kind], text: plainText(decision.reason) }],
    },
    ...decision.rules.filter(isTelling).map(rulePiece),
    ...open.map(guardPiece),
    ...heldPiece(decision.guards.length - open.length, open.length),
  ]);
}

/** The rules that had no say, each with the reason: for whoever wonders why one did not match. */
export function otherRulesSection({ decision }: Report): readonly Section[] {
  const others = decision.rules.filter((rule) => !isTelling(rule));
  return others.length === 0 ? [] : [sectionOf('Rules that did not match', 'rules', others.map(otherRulePiece))];
}

const DECISIONS: Readonly<Record<Report['decision']['kind'], string>> = {
  apply: 'Apply',
  propose: 'Propose',
  advise: 'Advise',
  ignore: 'Ignore',
};

const RULES: Readonly<Record<RuleResult['result'], string>> = {
  matched: 'Matched',
  'not-known': 'Not known',
  'not-matched': 'Did not match',
};

const GUARDS: Readonly<Record<GuardResult['result'], string>> = {
  held: 'Held',
  failed: 'Failed',
  'not-known': 'Not known',
};

function isTelling({ result }: RuleResult): boolean {
  return result !== 'not-matched';
}

function rulePiece(rule: RuleResult): Piece {
  const text = `rule ${ruleText(rule)}`;
  return { rank: 'telling', title: null, blocks: [{ kind: 'item', label: RULES[rule.result], text }] };
}

function otherRulePiece(rule: RuleResult): Piece {
  return { rank: 'further-rule', title: null, blocks: [{ kind: 'line', label: null, text: ruleText(rule) }] };
}

function ruleText({ id, effect, why }: RuleResult): string {
  return `${plainTitle(id)} (${effect}): ${plainText(why)}`;
}

function guardPiece({ guard, result, detail }: GuardResult): Piece {
  const text = `guard ${plainTitle(guard)}: ${plainText(detail)}`;
  return { rank: 'telling', title: null, blocks: [{ kind: 'item', label: GUARDS[result], text }] };
}

// What holds is only counted: it stops nothing.
function heldPiece(held: number, open: number): readonly Piece[] {
  if (held === 0) return [];
  const text = open === 0 ? `all ${counted(held, 'guard')}` : counted(held, 'other guard');
  return [{ rank: 'telling', title: null, blocks: [{ kind: 'item', label: GUARDS.held, text }] }];
}

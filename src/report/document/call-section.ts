import type { DenialFacts, Report } from '../report.ts';
import { type Piece, type Section, sectionOf } from './document.ts';
import { plainText, plainTitle } from './plain-lines.ts';
import { readableTime } from './readable-time.ts';

/** The refused call itself, as the audit log has it. */
export function callSection({ denial }: Report): Section {
  const facts: readonly Fact[] = [
    ['Caller', denial.principal.member],
    ['Method', denial.method],
    ['Resource', denial.resource],
    ['Model', denial.model ?? null],
    ['Location', denial.location ?? null],
    ['Permissions', permissionsOf(denial)],
    ['When', readableTime(denial.at)],
    ['From', denial.callerIp ?? null],
    ['Answer', `${denial.status.message} (status ${denial.status.code})`],
  ];
  return sectionOf('The call', 'facts', facts.flatMap(factPiece));
}

type Fact = readonly [label: string, text: string | null];

function factPiece([label, text]: Fact): readonly Piece[] {
  if (text === null || text === '') return [];
  return [{ rank: 'call', title: null, blocks: [{ kind: 'line', label, text: plainText(text) }] }];
}

const NAMED = 10;

function permissionsOf({ permissions }: DenialFacts): string {
  const named = permissions.slice(0, NAMED).map(plainTitle).join(', ');
  return permissions.length <= NAMED ? named : `${named} and ${permissions.length - NAMED} more`;
}

import { describe, expect, it } from 'vitest';
import { FilterError } from './filter/filter.ts';
import { passes } from './filter/match-filter.ts';
import { parseFilter } from './filter/parse-filter.ts';

const entry = {
  logName: 'projects/p/logs/cloudaudit.googleapis.com%2Fpolicy',
  severity: 'ERROR',
  protoPayload: {
    status: { code: 7, message: 'Denied by constraints/x', details: [{ violations: [{ type: 'A' }, { type: 'B' }] }] },
    metadata: { '@type': 'type.googleapis.com/Some', dryRun: true },
  },
};

const isTrue = (text: string) => passes(entry, parseFilter(text));

describe('a filter', () => {
  it.each([
    ['protoPayload.status.code=7', true],
    ['protoPayload.status.code=70', false],
    ['protoPayload.status.code>6', true],
    ['protoPayload.status.code>7', false],
    ['severity="error"', true],
    ['severity!="error"', false],
    ['severity!="info"', true],
    ['protoPayload.status.message:"CONSTRAINTS/"', true],
    ['protoPayload.status.message=~"^Denied"', true],
    ['protoPayload.status.message=~"^denied"', false],
    ['protoPayload.metadata."@type":"some"', true],
    ['protoPayload.metadata.dryRun=true', true],
    ['protoPayload.status.details.violations.type="B"', true],
    ['protoPayload.status.details.violations.type!="B"', true],
    ['protoPayload.status.details:*', true],
    ['protoPayload.status.nothing:*', false],
    ['log_id("cloudaudit.googleapis.com/policy")', true],
    ['log_id("cloudaudit.googleapis.com/polic")', false],
  ])('compares: %s is %s', (text, expected) => {
    expect(isTrue(text)).toBe(expected);
  });

  it.each(['=', '!=', ':', '>'])(
    'finds nothing with %s in a field that is not there, but with NOT before it',
    (operator) => {
      expect(isTrue(`protoPayload.nothing${operator}1`)).toBe(false);
      expect(isTrue(`NOT protoPayload.nothing${operator}1`)).toBe(true);
    },
  );

  it('joins with AND, OR and brackets', () => {
    expect(isTrue('severity="X" OR (severity="ERROR" AND protoPayload.status.code=7)')).toBe(true);
    expect(isTrue('(severity="X" OR severity="ERROR") AND protoPayload.status.code=8')).toBe(false);
    expect(isTrue('NOT (severity="X" OR severity="ERROR")')).toBe(false);
    expect(isTrue('NOT severity="X" AND severity="ERROR"')).toBe(true);
  });

  it.each([
    'severity="X" OR severity="ERROR" AND protoPayload.status.code=7',
    '(severity="X"',
    'severity="X")',
    'severity',
    'severity=',
    'severity="X" severity="Y"',
    'severity=["X"]',
    '',
  ])('is refused where it is not clear: %s', (text) => {
    expect(() => parseFilter(text)).toThrow(FilterError);
  });
});

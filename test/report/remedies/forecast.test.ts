import { describe, expect, it } from 'vitest';
import { expiryCondition, expiryTime } from '../../../src/iam/grant-expiry.ts';
import type { Change } from '../../../src/remediation/change.ts';
import { type ChangeFacts, forecast } from '../../../src/report/remedies/forecast.ts';
import { CHANGE } from '../../fixtures/intent.ts';

const END = Date.parse('2026-12-31T23:59:59Z');
const TIMED: Change = { ...CHANGE, condition: expiryCondition(END, 'abc123'), expiresAt: expiryTime(END) };
const SMALL = { principals: 3, hasConditions: false, conditionsOfMember: 0 };

/** The lines of a forecast, with what differs from a grant for good in a small policy of the organization's own. */
function linesOf(change: Change, facts: Partial<ChangeFacts> = {}): readonly string[] {
  const notes = forecast(change, { refused: 1, held: 459, policy: SMALL, guards: [], ...facts });
  return notes.flatMap(({ text }) => text.split('\n'));
}

const isAbout = (topic: RegExp) => (line: string) => topic.test(line);
const FIRST_CONDITION = isAbout(/--condition=None/);
const DOMAINS = isAbout(/restricts members by domain/);
const NOT_READ = isAbout(/was not read/);

describe('the forecast of side effects', () => {
  it('sets what the role holds against what was refused, and says when that is not known', () => {
    expect(linesOf(CHANGE)[0]).toContain('roles/aiplatform.user holds 459 permissions');
    expect(linesOf(CHANGE)[0]).toContain('1 was refused');
    expect(linesOf(CHANGE, { held: null })[0]).toContain('is not known');
  });

  it('always says that Terraform may own the policy, since nothing shows it', () => {
    for (const change of [CHANGE, TIMED]) expect(linesOf(change).at(-1)).toContain('google_project_iam_policy');
  });

  it('tells of scripts without --condition=None exactly when the change brings the first condition', () => {
    expect(linesOf(TIMED).some(FIRST_CONDITION)).toBe(true);
    expect(linesOf(TIMED, { policy: { ...SMALL, hasConditions: true } }).some(FIRST_CONDITION)).toBe(false);
    expect(linesOf(CHANGE).some(FIRST_CONDITION)).toBe(false);
  });

  it.each([
    [1200, []],
    [1201, ['The policy holds 1,201 of at most 1,500 principals.']],
    [1500, ['The policy holds 1,500 of at most 1,500 principals. It takes no more: remove some first.']],
  ])('with %i principals in the policy says %j of its limit', (principals, expected) => {
    const lines = linesOf(CHANGE, { policy: { ...SMALL, principals } });
    expect(lines.filter(isAbout(/of at most 1,500/))).toEqual(expected);
  });

  it.each([
    [14, TIMED, 0],
    [15, TIMED, 1],
    [20, TIMED, 1],
    [20, CHANGE, 0],
  ])('with %i conditions of the member on the role counts them only for one more', (conditions, change, count) => {
    const policy = { principals: 30, hasConditions: true, conditionsOfMember: conditions };
    const lines = linesOf(change, { policy }).filter(isAbout(/of at most 20 different conditions/));
    expect(lines).toHaveLength(count);
    if (conditions === 20 && count === 1) expect(lines[0]).toContain('Remove expired ones first');
  });

  it('says plainly that nothing is known of a policy that was not read', () => {
    expect(linesOf(CHANGE, { policy: null }).filter(NOT_READ)).toEqual([expect.not.stringContaining('--condition')]);
    expect(linesOf(TIMED, { policy: null }).filter(NOT_READ)).toEqual([expect.stringContaining('--condition=None')]);
    expect(linesOf(TIMED).some(NOT_READ)).toBe(false);
  });

  it('says when a grant ends, and only then', () => {
    expect(linesOf(TIMED).some(isAbout(/ends at 2026-12-31T23:59:59Z/))).toBe(true);
    expect(linesOf(CHANGE).some(isAbout(/ends at/))).toBe(false);
  });

  it('says that a restriction by domain admits no members of pools', () => {
    const member = 'principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/kim';
    const lines = linesOf({ ...CHANGE, member }).filter(DOMAINS);
    expect(lines).toEqual([expect.stringContaining('iam.allowedPolicyMemberDomains, does not admit members of work')]);
    const agent = 'principal://agents.global.org-1.system.id.goog/resources/aiplatform/projects/1/x';
    expect(linesOf({ ...CHANGE, member: agent }).filter(DOMAINS)).toEqual([]);
  });

  it.each([
    ['user-domain-is-listed', 'failed', 1],
    ['home-in-organization', 'not-known', 1],
    ['home-in-organization', 'held', 0],
    ['entry-agrees', 'failed', 0],
  ] as const)('where the guard %s is %s, tells %i times of a restriction by domain', (guard, result, count) => {
    expect(linesOf(CHANGE, { guards: [{ guard, result, detail: '' }] }).filter(DOMAINS)).toHaveLength(count);
  });
});

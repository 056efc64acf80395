import { describe, expect, it } from 'vitest';
import { DENIAL_FACTS } from '../../src/decision/condition-facts.ts';
import { decide } from '../../src/decision/decide.ts';
import { parseCondition } from '../../src/decision/rule-condition.ts';
import { notReadable } from '../../src/diagnosis/evidence.ts';
import { ALLOW_CHAT, allowedInput, denialBy, evidenceFor, rules } from '../fixtures/case.ts';

const only = (when: string) => rules(`${ALLOW_CHAT}    when: ${JSON.stringify(when)}\n`);
const forbidWhen = (when: string) =>
  rules(`${ALLOW_CHAT}  - id: stop\n    effect: forbid\n    projects: [acme-ml]\n    when: ${JSON.stringify(when)}\n`);

describe('a condition of a rule', () => {
  it.each([
    'denial.model.startsWith("gemini-")',
    'denial.location == "us-central1" && "aiplatform.endpoints.predict" in denial.permissions',
    'denial.permissions.all(p, p.startsWith("aiplatform.endpoints."))',
    'principal.kind == "service-account" && principal.email.endsWith("@acme-ml.iam.gserviceaccount.com")',
    'resource.project == "acme-ml" && resource.number == "111122223333" && "folders/456" in resource.ancestors',
    'now - denial.at < duration("1h")',
    'denial.service == "aiplatform.googleapis.com" && denial.callerIp.startsWith("203.0.113.")',
    'now.getHours("Europe/Berlin") == 3',
  ])('lets the rule allow while it holds: %s', (when) => {
    expect(decide(allowedInput({ allowlist: only(when) })).kind).toBe('apply');
    expect(decide(allowedInput({ allowlist: only(`!(${when})`) })).kind).toBe('propose');
  });

  it('threat: grants nothing when it ends in an error', () => {
    const decision = decide(
      allowedInput({ allowlist: only('denial.permissions[7] == "x" || denial.permissions[8] != "x"') }),
    );
    expect(decision.kind).toBe('propose');
    expect(decision.rules[0]).toEqual(
      expect.objectContaining({ result: 'not-known', why: 'its condition ended in an error' }),
    );
  });

  it('of a forbid rule forbids when it ends in an error, or needs what could not be looked up', () => {
    expect(decide(allowedInput({ allowlist: forbidWhen('denial.permissions[7] == "x"') })).reason).toContain(
      'stop forbids it',
    );
    const evidence = { ...evidenceFor(denialBy()), project: notReadable('no') };
    expect(decide(allowedInput({ allowlist: forbidWhen('resource.project == "x"'), evidence })).reason).toContain(
      'stop forbids it',
    );
    expect(decide(allowedInput({ allowlist: forbidWhen('denial.model == "other"') })).kind).toBe('apply');
  });
});

describe('what a condition asks for', () => {
  const asked = (when: string) => {
    const reading = parseCondition(when);
    return reading.kind === 'condition' ? [...reading.condition.asks].sort() : reading.message;
  };

  it.each([
    ['denial.model.startsWith("gemini-")', ['model']],
    ['denial["callerIp"] != "model" || has(denial.location)', ['callerIp', 'location']],
    ['denial.permissions[denial.permissions.size() - 1] == "x"', ['permissions']],
    ['"folders/456" in resource.ancestors && principal.kind == "at"', []],
    ['now - denial.at < duration("1h")', ['at', 'now']],
    ['denial.permissions.exists(p, p == denial.method)', ['method', 'permissions']],
  ])('is each field that it names: %s', (when, facts) => expect(asked(when)).toEqual(facts));

  it.each(['[denial].exists(one, one.at < now)', '[1].exists(denial, denial == 1)'])(
    'is all of the denial where it takes it whole: %s',
    (when) => expect(asked(when)).toEqual(expect.arrayContaining([...DENIAL_FACTS])),
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Allowlist, Mode, Rule } from '../../src/decision/allowlist.ts';
import { decide } from '../../src/decision/decide.ts';
import type { DecisionKind } from '../../src/decision/decision.ts';
import { NO_LIMITS } from '../../src/decision/parse-limits.ts';
import { helpOfGrant } from '../../src/diagnosis/diagnosis.ts';
import { notReadable } from '../../src/diagnosis/evidence.ts';
import { asServiceAccount, asUser } from '../../src/local/demo/demo-entries.ts';
import { ALLOW_CHAT, allowedInput, allowlistOf, denialBy, evidenceFor, MISSING_ROLE, rules } from '../fixtures/case.ts';

const about = (effect: string) => `  - id: ${effect}-it\n    effect: ${effect}\n    projects: [acme-ml]\n`;

describe('a decision', () => {
  it('is silence when no rule speaks: it proposes', () => {
    const allowlist = allowlistOf('version: 1\norganization: "123456789012"\nmode: apply\n');
    expect(decide(allowedInput({ allowlist }))).toEqual(
      expect.objectContaining({ kind: 'propose', ruleId: null, reason: 'no rule allows it' }),
    );
  });

  it.each([
    ['forbid', 'propose'],
    ['propose', 'propose'],
    ['mute', 'ignore'],
  ])('follows %s over allow, in any order of the file', (effect, kind) => {
    expect(decide(allowedInput({ allowlist: rules(ALLOW_CHAT + about(effect)) })).kind).toBe(kind);
    expect(decide(allowedInput({ allowlist: rules(about(effect) + ALLOW_CHAT) })).kind).toBe(kind);
  });

  it('is not muted where a forbid rule speaks too', () => {
    expect(decide(allowedInput({ allowlist: rules(about('mute') + about('forbid')) })).kind).toBe('propose');
  });

  it('takes a forbid rule that cannot be looked up as matching', () => {
    const allowlist = rules(`${ALLOW_CHAT}  - id: off-limits\n    effect: forbid\n    projects: [folders/789]\n`);
    const evidence = { ...evidenceFor(denialBy()), project: notReadable('no') };
    expect(decide(allowedInput({ allowlist, evidence })).reason).toBe(
      'rule off-limits forbids it, as far as could be looked up',
    );
  });

  it('matches whole folders: folders/45 is not folders/456', () => {
    const allowlist = rules(
      '  - id: x\n    effect: allow\n    principals: ["serviceAccount:*@{project}.iam.gserviceaccount.com"]\n    projects: [folders/45]\n',
    );
    expect(decide(allowedInput({ allowlist })).kind).toBe('propose');
  });

  it('needs an allow rule to cover every refused permission, and a forbid rule only one', () => {
    const denial = { ...denialBy(), permissions: ['aiplatform.endpoints.predict', 'aiplatform.endpoints.explain'] };
    const one = (effect: string) =>
      `  - id: ${effect}-predict\n    effect: ${effect}\n    principals: ["serviceAccount:*@acme-ml.iam.gserviceaccount.com"]\n    projects: [acme-ml]\n    permissions: [aiplatform.endpoints.predict]\n`;
    expect(decide(allowedInput({ denial, allowlist: rules(one('allow')) })).kind).toBe('propose');
    expect(decide(allowedInput({ denial, allowlist: rules(ALLOW_CHAT + one('forbid')) })).reason).toContain('forbids');
  });

  it.each([
    ['apply', 'apply'],
    ['propose', 'propose'],
    ['off', 'advise'],
  ] as const)('is lowered by the mode: %s makes an allowed grant %s', (mode, kind) => {
    expect(decide(allowedInput({ allowlist: { ...rules(ALLOW_CHAT), mode } })).kind).toBe(kind);
  });

  it('lists every rule with what it said, and every guard', () => {
    const decision = decide(allowedInput({ allowlist: rules(ALLOW_CHAT + about('forbid')) }));
    expect(decision.rules.map(({ id, result }) => `${id} ${result}`)).toEqual(['chat matched', 'forbid-it matched']);
    expect(decision.guards.length).toBeGreaterThanOrEqual(14);
  });

  it('ignores what is nothing to do, and advises where no grant helps, whatever the rules', () => {
    for (const [cause, help] of Object.entries(helpOfGrant)) {
      const kind = decide(allowedInput({ diagnosis: { ...MISSING_ROLE, ...causeOf(cause) } })).kind;
      if (help === 'nothing-to-do') expect(kind).toBe('ignore');
      if (help === 'no-grant-helps') expect(kind).toBe('advise');
      if (help === 'grant-helps') expect(['apply', 'propose']).toContain(kind);
    }
  });
});

function causeOf(name: string) {
  const cause = Object.keys(helpOfGrant).find((key): key is keyof typeof helpOfGrant => key === name);
  return cause === undefined ? {} : { cause };
}

const rule: fc.Arbitrary<Rule> = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  effect: fc.constantFrom('allow' as const, 'propose' as const, 'forbid' as const, 'mute' as const),
  principals: fc.array(
    fc.constantFrom(
      { text: 'serviceAccount:chat@acme-ml.iam.gserviceaccount.com' },
      { text: 'serviceAccount:*@{project}.iam.gserviceaccount.com' },
      { text: 'user:*@example.com' },
    ),
    { maxLength: 2 },
  ),
  projects: fc.array(
    fc.constantFrom(
      { kind: 'project-id' as const, text: 'acme-ml' },
      { kind: 'under' as const, resource: 'folders/456' },
      { kind: 'under' as const, resource: 'folders/789' },
    ),
    { maxLength: 2 },
  ),
  permissions: fc.array(
    fc.constantFrom(
      { text: 'aiplatform.endpoints.predict' },
      { text: 'aiplatform.endpoints.*' },
      { text: 'aiplatform.models.get' },
    ),
    { maxLength: 2 },
  ),
  certainty: fc.constantFrom('likely' as const, 'certain' as const),
  crossProject: fc.constantFrom('refused' as const, 'allowed' as const),
  when: fc.constant(null),
  limits: fc.constant(NO_LIMITS),
  quietMilliseconds: fc.constant(null),
  channels: fc.constant(null),
  approvers: fc.constant([]),
  expiresAfterMilliseconds: fc.constantFrom(null, 3_600_000),
});
const allowlist: fc.Arbitrary<Allowlist> = fc.record({
  version: fc.constant('v1'),
  organization: fc.constantFrom('123456789012', '999', null),
  domains: fc.constantFrom<readonly string[]>([], ['example.com']),
  mode: fc.constantFrom<Mode>('off', 'propose', 'apply'),
  role: fc.constant('roles/aiplatform.user'),
  limits: fc.constant(NO_LIMITS),
  quietMilliseconds: fc.constant(null),
  channels: fc.constant(null),
  approvers: fc.constant([]),
  rules: fc.array(rule, { maxLength: 4 }),
});
const denial = fc.constantFrom(
  denialBy(),
  denialBy(asUser('alice@example.com')),
  denialBy(asUser('eve@example.org')),
  denialBy(asServiceAccount('x@acme-vision.iam.gserviceaccount.com')),
  denialBy(asServiceAccount('service-1@gcp-sa-aiplatform.iam.gserviceaccount.com')),
  denialBy({}),
);
const RANK: Readonly<Record<DecisionKind, number>> = { ignore: 0, advise: 1, propose: 2, apply: 3 };

describe('whatever the rules', () => {
  const inputs = fc
    .tuple(allowlist, denial)
    .map(([list, who]) => allowedInput({ allowlist: list, denial: who, evidence: evidenceFor(who) }));

  it('nothing is applied without the id of an allow rule that matched, and every guard held', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const decision = decide(input);
        if (decision.kind !== 'apply') {
          expect(decision.ruleId).toBeNull();
          return;
        }
        expect(
          decision.rules.some(
            (result) => result.id === decision.ruleId && result.effect === 'allow' && result.result === 'matched',
          ),
        ).toBe(true);
        expect(decision.guards.every((guard) => guard.result === 'held')).toBe(true);
        expect(input.allowlist.mode).toBe('apply');
      }),
      { numRuns: 2_000 },
    );
  });

  it('another forbid rule never adds a grant', () => {
    fc.assert(
      fc.property(inputs, rule, fc.nat(4), (input, added, at) => {
        const forbid: Rule = { ...added, id: 'added', effect: 'forbid' };
        const more = { ...input.allowlist, rules: input.allowlist.rules.toSpliced(at, 0, forbid) };
        if (decide({ ...input, allowlist: more }).kind === 'apply') expect(decide(input).kind).toBe('apply');
      }),
      { numRuns: 2_000 },
    );
  });

  it('a lower mode never raises the decision', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const rank = (mode: Mode) => RANK[decide({ ...input, allowlist: { ...input.allowlist, mode } }).kind];
        expect(rank('off')).toBeLessThanOrEqual(rank('propose'));
        expect(rank('propose')).toBeLessThanOrEqual(rank('apply'));
      }),
      { numRuns: 1_000 },
    );
  });
});

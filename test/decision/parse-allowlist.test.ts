import { describe, expect, it } from 'vitest';
import { parseAllowlist } from '../../src/decision/parse-allowlist.ts';

const HEAD = 'version: 1\norganization: "123456789012"\n';
const rule = (lines: string) =>
  `${HEAD}rules:\n  - id: a\n    effect: allow\n    principals: ["user:*@example.com"]\n    projects: [acme-ml]\n${lines}`;

function issues(text: string): readonly string[] {
  const reading = parseAllowlist(text);
  return reading.kind === 'issues' ? reading.issues.map((issue) => `${issue.place} ${issue.code}`) : [];
}

function message(text: string): string {
  const reading = parseAllowlist(text);
  return reading.kind === 'issues' ? reading.issues.map((issue) => issue.message).join('\n') : '';
}

describe('an allowlist', () => {
  it('proposes only, with the default role, unless it says otherwise', () => {
    const reading = parseAllowlist(HEAD);
    expect(reading).toEqual({
      kind: 'allowlist',
      allowlist: {
        version: expect.stringMatching(/^[0-9a-f]{24}$/),
        organization: '123456789012',
        domains: [],
        mode: 'propose',
        role: 'roles/aiplatform.user',
        limits: { grantsPerHour: null, grantsPerProjectPerDay: null },
        quietMilliseconds: null,
        channels: null,
        approvers: [],
        rules: [],
      },
    });
  });

  it('reads off as a word, not as false', () => {
    const reading = parseAllowlist(`${HEAD}mode: off\n`);
    expect(reading.kind === 'allowlist' ? reading.allowlist.mode : '').toBe('off');
  });

  it.each([
    ['no YAML', 'a: [', ' not-yaml'],
    ['a list', '- a', ' wrong-type'],
    ['nothing', '', ' wrong-type'],
    ['no version', 'organization: "123456789012"', 'version missing'],
    ['another version', 'version: 2\norganization: "123456789012"', 'version bad-value'],
    ['no organization', 'version: 1', 'organization missing'],
    ['an organization without quotes', 'version: 1\norganization: 123456789012', 'organization wrong-type'],
    ['an organization that is no number', 'version: 1\norganization: acme.com', 'organization bad-value'],
    ['an unknown key', `${HEAD}exclude: x`, 'exclude unknown-key'],
    ['a quiet period that is a number', `${HEAD}quiet: 60`, 'quiet bad-value'],
    ['limits that are none', `${HEAD}limits: 5`, 'limits wrong-type'],
    ['a limit that is none', `${HEAD}limits: {grantsPerHour: many}`, 'limits.grantsPerHour bad-value'],
    ['a limit below nothing', `${HEAD}limits: {grantsPerProjectPerDay: -1}`, 'limits.grantsPerProjectPerDay bad-value'],
    ['a limit that nobody knows', `${HEAD}limits: {grantsPerDay: 1}`, 'limits.grantsPerDay unknown-key'],
    ['a key twice', `${HEAD}mode: propose\nmode: apply`, ' not-yaml'],
    ['a mode that is none', `${HEAD}mode: aply`, 'mode bad-value'],
    ['an empty list of domains', `${HEAD}domains: []`, 'domains empty-list'],
    ['a domain with a star', `${HEAD}domains: ["*.com"]`, 'domains[0] bad-value'],
    ['Owner', `${HEAD}role: roles/owner`, 'role role-not-allowed'],
    ['Editor', `${HEAD}role: roles/editor`, 'role role-not-allowed'],
    ['an AI role that can change policies', `${HEAD}role: roles/aiplatform.admin`, 'role role-not-allowed'],
    ['a role of service agents', `${HEAD}role: roles/aiplatform.serviceAgent`, 'role role-not-allowed'],
    ['a role of another service', `${HEAD}role: roles/storage.admin`, 'role role-not-allowed'],
    ['an unknown key of a rule', rule('    exclude: [x]\n'), 'rules[0].exclude unknown-key'],
    [
      'an approver that is a group',
      rule('    approvers: ["group:a@example.com"]\n'),
      'rules[0].approvers[0] bad-value',
    ],
    [
      'an approver that is a service account',
      rule('    approvers: ["user:x@acme-ml.iam.gserviceaccount.com"]\n'),
      'rules[0].approvers[0] bad-value',
    ],
    ['an approver by a pattern', rule('    approvers: ["user:*@example.com"]\n'), 'rules[0].approvers[0] bad-value'],
    ['no approvers at all', rule('    approvers: []\n'), 'rules[0].approvers empty-list'],
    ['a channel that there is not', rule('    channels: [fax]\n'), 'rules[0].channels[0] bad-value'],
    ['a quiet period that is too short', rule('    quiet: 10s\n'), 'rules[0].quiet bad-value'],
    [
      'the id that stands for a person',
      `${HEAD}rules:\n  - id: approval\n    effect: forbid\n    projects: [acme-ml]\n`,
      'rules[0].id bad-value',
    ],
    [
      'more rules than a decision can list',
      `${HEAD}rules:\n${Array.from({ length: 1_001 }, (_, index) => `  - id: r${index}\n    effect: forbid\n    projects: [acme-ml]\n`).join('')}`,
      'rules bad-value',
    ],
    ['a condition that is no truth', rule('    when: "1 + 1"\n'), 'rules[0].when bad-condition'],
    ['a condition about what is not there', rule('    when: denial.modle == "x"\n'), 'rules[0].when bad-condition'],
    [
      'a condition with a regular expression',
      rule('    when: denial.model.matches("(a+)+$")\n'),
      'rules[0].when bad-condition',
    ],
    ['a condition without a type check', rule('    when: dyn(denial.model) == 1\n'), 'rules[0].when bad-condition'],
    [
      'a condition with a loop in a loop',
      rule('    when: denial.permissions.exists(p, denial.permissions.exists(q, q == p))\n'),
      'rules[0].when bad-condition',
    ],
    ['a condition that does not end', rule('    when: "denial.model =="\n'), 'rules[0].when bad-condition'],
    ['a condition that is a number', rule('    when: 1\n'), 'rules[0].when wrong-type'],
    ['a duration that is none', rule('    expiresAfter: soon\n'), 'rules[0].expiresAfter bad-value'],
    ['a duration that is too short', rule('    expiresAfter: 5m\n'), 'rules[0].expiresAfter bad-value'],
    ['a duration that is too long', rule('    expiresAfter: 400d\n'), 'rules[0].expiresAfter bad-value'],
    ['a duration without a unit', rule('    expiresAfter: 12\n'), 'rules[0].expiresAfter bad-value'],
    ['a certainty that is none', rule('    certainty: sure\n'), 'rules[0].certainty bad-value'],
    ['crossProject that is no boolean', rule('    crossProject: yes\n'), 'rules[0].crossProject wrong-type'],
    ['an empty list of permissions', rule('    permissions: []\n'), 'rules[0].permissions empty-list'],
    ['a permission that is none', rule('    permissions: [predict]\n'), 'rules[0].permissions[0] bad-pattern'],
    [
      'the same id twice',
      `${rule('')}  - id: a\n    effect: forbid\n    projects: [acme-ml]\n`,
      'rules[1].id duplicate-id',
    ],
    [
      'an allow rule without principals',
      `${HEAD}rules:\n  - id: a\n    effect: allow\n    projects: [acme-ml]\n`,
      'rules[0].principals missing',
    ],
    [
      'an allow rule without projects',
      `${HEAD}rules:\n  - id: a\n    effect: allow\n    principals: ["user:a@example.com"]\n`,
      'rules[0].projects missing',
    ],
    ['a rule about nothing', `${HEAD}rules:\n  - id: a\n    effect: mute\n`, 'rules[0] missing'],
    ['a rule without effect', `${HEAD}rules:\n  - id: a\n    projects: [acme-ml]\n`, 'rules[0].effect missing'],
    ['a rule that is a text', `${HEAD}rules: [a]`, 'rules[0] wrong-type'],
  ])('threat: is refused with its place and code for %s', (_name, text, issue) => {
    expect(issues(text)).toContain(issue);
  });

  it.each([
    'group:team@example.com',
    'domain:example.com',
    'allUsers',
    'allAuthenticatedUsers',
    'principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*',
    'deleted:user:a@example.com?uid=1',
    'user:*',
    'user:*@*',
    'user:*@*.com',
    'serviceAccount:*',
    'serviceAccount:x@example.com',
    'serviceAccount:*@{projekt}.iam.gserviceaccount.com',
    '*',
    'user:a b@example.com',
  ])('refuses the principal %s', (principal) => {
    expect(issues(rule('').replace('user:*@example.com', principal))).toContain('rules[0].principals[0] bad-pattern');
  });

  it.each(['projects/acme-ml', '*', '**', 'folders/x', 'organizations/', 'Acme', '111122223333'])(
    'refuses the project %s',
    (project) => {
      expect(issues(rule('').replace('[acme-ml]', `["${project}"]`))).toContain('rules[0].projects[0] bad-pattern');
    },
  );

  it('tells every fault at once, with line and column', () => {
    const reading = parseAllowlist(
      `version: 1\norganization: "123456789012"\nmodee: apply\nrules:\n  - id: a\n    effect: alow\n`,
    );
    expect(reading).toEqual({
      kind: 'issues',
      issues: [
        expect.objectContaining({
          place: 'modee',
          line: 3,
          code: 'unknown-key',
          message: 'unknown key "modee" (did you mean "mode"?)',
        }),
        expect.objectContaining({
          place: 'rules[0].effect',
          line: 6,
          column: 13,
          code: 'bad-value',
          message: expect.stringContaining('did you mean "allow"'),
        }),
        expect.objectContaining({ place: 'rules[0]', code: 'missing' }),
      ],
    });
  });

  it('expands no aliases, so a file cannot grow in memory', () => {
    expect(issues(`${HEAD}domains: &a [example.com]\nrules: *a\n`)).toContain(' not-yaml');
    expect(issues(`${HEAD}mode: !x apply\n`)).toEqual([' not-yaml']);
    expect(issues(`${HEAD}<<: {mode: apply}\n`)).toEqual(['<< unknown-key']);
  });

  it.each([
    ['15m', 900_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
  ])('reads the duration %s', (text, milliseconds) => {
    const reading = parseAllowlist(rule(`    expiresAfter: ${text}\n`));
    expect(reading.kind === 'allowlist' ? reading.allowlist.rules[0]?.expiresAfterMilliseconds : null).toBe(
      milliseconds,
    );
  });

  it('says which placeholder it knows', () => {
    expect(
      message(rule('').replace('user:*@example.com', 'serviceAccount:*@{projct}.iam.gserviceaccount.com')),
    ).toContain('{project}');
  });
});

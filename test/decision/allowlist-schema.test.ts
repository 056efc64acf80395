import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import schema from '../../src/decision/allowlist.schema.json' with { type: 'json' };
import { ALLOWLIST_KEYS, parseAllowlist } from '../../src/decision/parse-allowlist.ts';
import { CHANNEL_NAMES } from '../../src/decision/parse-reporting.ts';
import { RULE_KEYS } from '../../src/decision/parse-rule.ts';

const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile(schema);
const HEAD = 'version: 1\norganization: "123456789012"\n';
const RULE = `${HEAD}rules:\n  - id: a\n    effect: allow\n    principals: ["user:*@example.com"]\n    projects: [acme-ml]\n`;

const FULL = `${HEAD}domains: [example.com]
mode: apply
role: organizations/123456789012/roles/geminiCaller
limits: { grantsPerHour: 20, grantsPerProjectPerDay: 0 }
quiet: 2h
channels: [cloud-logging, pubsub]
approvers: ["user:ada@example.com"]
rules:
  - id: sandbox
    effect: allow
    principals: ["serviceAccount:*@{project}.iam.gserviceaccount.com", "principal://iam.googleapis.com/projects/1/x"]
    projects: [folders/456, "acme-*", "example.com:acme-ml"]
    permissions: [aiplatform.endpoints.predict, "aiplatform.*.get"]
    when: denial.model.startsWith("gemini-")
    certainty: certain
    crossProject: true
    expiresAfter: 12h
    limits: { grantsPerHour: 1 }
    quiet: 30d
    channels: [pubsub]
    approvers: ["user:bob@example.com"]
  - id: never
    effect: forbid
    projects: [organizations/123456789012]
`;

const judge = (text: string) => ({
  schema: validate(parse(text)) ? 'takes' : 'refuses',
  parser: parseAllowlist(text).kind === 'allowlist' ? 'takes' : 'refuses',
});

describe('the JSON Schema of the allowlist', () => {
  it('knows the keys that the parser knows, and no other', () => {
    expect(Object.keys(schema.properties)).toEqual([...ALLOWLIST_KEYS]);
    expect(Object.keys(schema.$defs.rule.properties)).toEqual([...RULE_KEYS]);
    expect(schema.$defs.channels.items.enum).toEqual([...CHANNEL_NAMES]);
  });

  it('takes an allowlist with everything in it, as the parser does', () => {
    expect(judge(FULL)).toEqual({ schema: 'takes', parser: 'takes' });
  });

  it('takes every allowlist of the scenarios and the demo', () => {
    const scenarios = readdirSync('test/scenarios', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('allowlist.yaml'))
      .map((file) => `test/scenarios/${file}`);
    expect(scenarios.length).toBeGreaterThan(5);
    for (const file of [...scenarios, 'src/local/demo/allowlist.yaml'])
      expect({ file, ...judge(readFileSync(file, 'utf8')) }).toEqual({ file, schema: 'takes', parser: 'takes' });
  });

  it.each([
    ['another version', HEAD.replace('1', '2')],
    ['no organization', 'version: 1\n'],
    ['an organization that is a number', 'version: 1\norganization: 123456789012\n'],
    ['a domain with a star', `${HEAD}domains: ["*.example.com"]\n`],
    ['an empty list', `${HEAD}domains: []\n`],
    ['a mode that is none', `${HEAD}mode: on\n`],
    ['Owner', `${HEAD}role: roles/owner\n`],
    ['an unknown key', `${HEAD}excludes: []\n`],
    ['an unknown key of a rule', `${RULE}    exclude: [x]\n`],
    ['a limit below nothing', `${HEAD}limits: { grantsPerHour: -1 }\n`],
    ['an unknown limit', `${HEAD}limits: { perHour: 1 }\n`],
    ['a duration without a unit', `${HEAD}quiet: "60"\n`],
    ['a group among the approvers', `${HEAD}approvers: ["group:admins@example.com"]\n`],
    ['nobody among the approvers', `${HEAD}approvers: []\n`],
    ['a rule without an effect', `${HEAD}rules:\n  - id: a\n    projects: [acme-ml]\n`],
    ['a rule about nothing', `${HEAD}rules:\n  - id: a\n    effect: mute\n`],
    [
      'an allow rule without projects',
      `${HEAD}rules:\n  - id: a\n    effect: allow\n    principals: ["user:a@b.co"]\n`,
    ],
    ['a rule named like an approval', RULE.replace('id: a', 'id: approval')],
    ['a project that is a star alone', RULE.replace('[acme-ml]', '["*"]')],
    ['a principal set', RULE.replace('user:*@example.com', 'principalSet://x')],
    ['a permission that is none', `${RULE}    permissions: [predict]\n`],
    ['crossProject as a word', `${RULE}    crossProject: "yes"\n`],
  ])('refuses %s, as the parser does', (_name, text) => {
    expect(judge(text)).toEqual({ schema: 'refuses', parser: 'refuses' });
  });

  it("is named in the first line of the demo's allowlist, for editors", () => {
    const [first = ''] = readFileSync('src/local/demo/allowlist.yaml', 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=../../decision/allowlist.schema.json');
  });
});

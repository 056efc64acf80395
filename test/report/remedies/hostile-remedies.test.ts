import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import type { Denial } from '../../../src/denial/denial.ts';
import { type Cause, helpOfGrant } from '../../../src/diagnosis/diagnosis.ts';
import { expiryCondition, expiryTime } from '../../../src/iam/grant-expiry.ts';
import { parseCaller } from '../../../src/iam/principal.ts';
import { buildReport } from '../../../src/report/build-report.ts';
import type { Remedy } from '../../../src/report/report.ts';
import { denialBy } from '../../fixtures/case.ts';
import { hostileText } from '../../fixtures/hostile.ts';
import { CHANGE, intentFor } from '../../fixtures/intent.ts';
import { perimeterViolation } from '../../fixtures/perimeter.ts';

const CAUSES = Object.keys(helpOfGrant).filter((cause): cause is Cause => Object.hasOwn(helpOfGrant, cause));
const AT = '2026-11-24T02:14:10.000Z';
const END = Date.parse('2026-12-31T23:59:59Z');

/** As much as a member may hold that a shell could act on. */
const SUBJECT =
  'principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/a|id,b~c#d%24%28id%29=+:/@--role=roles/owner';

/** A denial whose every free text is hostile; what is parsed on the way keeps its form. */
const denials: fc.Arbitrary<Denial> = fc
  .record({
    text: hostileText,
    name: hostileText,
    caller: fc.oneof(
      hostileText.map((principalSubject) => ({ principalSubject, principalEmail: '' })),
      hostileText.map((subject) => ({
        principalSubject: `principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/${subject}`,
        principalEmail: '',
      })),
      fc.constant({ principalSubject: SUBJECT, principalEmail: '' }),
      fc.constant({ principalSubject: 'user:Alice@Example.com', principalEmail: '' }),
      fc.constant({ principalSubject: 'serviceAccount:chat@acme-ml.iam.gserviceaccount.com', principalEmail: '' }),
    ),
    reason: fc.constantFrom('SERVICE_DISABLED', 'USER_PROJECT_DENIED', 'BILLING_DISABLED', 'MCP_SERVER_DISABLED'),
    direction: fc.constantFrom('ingress', 'egress', 'unknown', 'accessible-services'),
  })
  .map(({ text, name, caller, reason, direction }) => ({
    ...denialBy(),
    principal: parseCaller(caller),
    method: text,
    resource: name,
    insertId: name,
    callerIp: text,
    delegation: [{ name: text }],
    originalPrincipal: name,
    status: { code: 7, message: text },
    errors: [
      {
        reason,
        domain: text,
        metadata: new Map([
          ['consumer', text],
          ['service', name],
        ]),
      },
    ],
    policyViolations: [{ constraint: `constraints/${text}`, value: name, text }],
    perimeter: perimeterViolation({ direction, perimeter: text, target: name, source: text, member: name }),
  }));

function remediesFor(denial: Denial, cause: Cause): readonly Remedy[] {
  const change = {
    ...CHANGE,
    member: denial.principal.member ?? CHANGE.member,
    condition: expiryCondition(END, 'abc123'),
    expiresAt: expiryTime(END),
  };
  const intent = intentFor({
    diagnosis: { cause, certainty: 'likely', summary: '', evidence: [] },
    change: helpOfGrant[cause] === 'grant-helps' ? change : null,
    perimeter: denial.perimeter,
    policyFacts: null,
  });
  const incident = { id: 'i-1', repeats: 0, firstAt: AT, lastAt: AT };
  return buildReport({ denial, intent, outcome: { kind: 'proposed' }, incident, at: AT }).remedies;
}

describe('threat: an entry that puts something of its own into what people paste', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'guestlist-paste-'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs commands where nothing but gcloud and sed can be run, and both only tell their first words. */
  function runsOnly(commands: readonly string[]): readonly string[] {
    const script = [
      'PATH=',
      `gcloud() { printf '%s\\n' "gcloud $1" >&3; }`,
      `sed() { printf 'sed\\n' >&3; }`,
      ...commands,
    ].join('\n');
    const { status, output } = spawnSync('/bin/bash', ['-eu', '-c', script], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    expect({ status, err: output[2] }).toEqual({ status: 0, err: '' });
    return (output[3] ?? '').split('\n').filter((line) => line !== '');
  }

  it('a real bash runs nothing but the gcloud commands of every cause, and writes no other file', () => {
    fc.assert(
      fc.property(denials, (denial) => {
        const commands = CAUSES.flatMap((cause) => remediesFor(denial, cause))
          .filter(({ kind }) => kind === 'gcloud')
          .map(({ text }) => text);
        const words = new Set(runsOnly(commands));
        for (const word of words)
          expect(word).toMatch(
            /^(?:sed|gcloud (?:projects|services|billing|iam|auth|beta|policy-intelligence|org-policies|access-context-manager))$/,
          );
        for (const file of readdirSync(folder)) expect(file).toMatch(/^(?:in|e)gress(?:-before)?\.yaml$/);
      }),
      { numRuns: 40 },
    );
  });

  it('Terraform and YAML parse, and hold one rule or one grant', async () => {
    await fc.assert(
      fc.asyncProperty(denials, async (denial) => {
        for (const cause of CAUSES) {
          for (const { kind, title, text } of remediesFor(denial, cause)) {
            if (kind === 'terraform' || (kind === 'perimeter' && title.includes('Terraform'))) {
              const parsed = JSON.parse(JSON.stringify(await parse('remedy.tf', text)));
              expect(Object.keys(parsed)).toEqual(['resource']);
            } else if (kind === 'perimeter') expect(parseYaml(text)).toHaveLength(1);
          }
        }
      }),
      { numRuns: 15 },
    );
  });
});

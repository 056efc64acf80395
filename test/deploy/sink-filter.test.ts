import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asServiceAccount, asUser, deniedCall, perimeterBlock } from '../../src/local/demo/demo-entries.ts';
import { at } from './at.ts';
import { readFolder } from './configuration.ts';
import { passes } from './filter/match-filter.ts';
import { parseFilter } from './filter/parse-filter.ts';
import { CONSOLE_ACCOUNT, RUN_ACCOUNT, renderSinkFilter } from './filter/render-template.ts';

const SCENARIOS = 'test/scenarios';
const OPTIONS = ['throttled', 'policy-violation', 'unauthenticated'];

/** Causes that need no report, or whose entries the sink leaves out on purpose. */
const LEFT_OUT = ['not-denied', 'out-of-scope', 'own-call'];

/** Scenarios that the sink treats otherwise than their cause says, and why that is right. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'missing-role-forged-log':
    'not in an audit log: the sink leaves out what anybody may write; the code would only propose',
  'out-of-scope-organization': 'a refused Vertex AI call; that it asked for an organization, only the code can read',
  'own-call': 'the identity of the scenario is another one than that of the installation',
  'own-call-other-case': 'the same',
};

const deployed = await readFolder('deploy');
const filter = parseFilter(renderSinkFilter(deployed, OPTIONS));

interface ScenarioEntry {
  readonly scenario: string;
  readonly cause: string;
  readonly entry: unknown;
}

const entries: readonly ScenarioEntry[] = readdirSync(SCENARIOS, { withFileTypes: true })
  .filter((file) => file.isDirectory())
  .flatMap(({ name }) => {
    const read = (file: string) => JSON.parse(readFileSync(join(SCENARIOS, name, file), 'utf8'));
    const causes: readonly string[] = read('scenario.json').expect;
    return [read('entries.json')].flat().map((entry: unknown, index) => ({
      scenario: name,
      cause: causes[index]?.split(' ')[0] ?? '',
      entry,
    }));
  });

describe('the filter of the sink', () => {
  const ordinary = entries.filter(({ scenario }) => !Object.hasOwn(EXCEPTIONS, scenario));
  const wanted = ordinary.filter(({ cause }) => !LEFT_OUT.includes(cause));
  const unwanted = ordinary.filter(({ cause }) => LEFT_OUT.includes(cause));

  it('lets every denial of the scenarios through', () => {
    expect(wanted.length).toBeGreaterThan(110);
    expect(wanted.filter(({ entry }) => !passes(entry, filter)).map(({ scenario }) => scenario)).toEqual([]);
  });

  it('lets nothing else of them through', () => {
    expect(unwanted.length).toBeGreaterThan(8);
    expect(unwanted.filter(({ entry }) => passes(entry, filter)).map(({ scenario }) => scenario)).toEqual([]);
  });

  it.each(Object.entries(EXCEPTIONS))('treats %s otherwise than its cause says: %s', (scenario) => {
    const found = entries.find((one) => one.scenario === scenario);
    expect(passes(found?.entry, filter)).toBe(LEFT_OUT.includes(found?.cause ?? ''));
  });

  it('lets the denials of the demo through, and not its dry run', () => {
    const caller = asServiceAccount('chat@acme-ml.iam.gserviceaccount.com');
    const denied = deniedCall({ insertId: 'a', project: 'acme-ml', caller });
    expect(passes(denied, filter)).toBe(true);
    expect(passes(perimeterBlock('b', asUser('ada@example.com'), 'enforced'), filter)).toBe(true);
    expect(passes(perimeterBlock('c', asUser('ada@example.com'), 'dry-run'), filter)).toBe(false);
  });

  it.each([RUN_ACCOUNT, RUN_ACCOUNT.toUpperCase()])('leaves out what Guestlist itself was refused, as %s', (email) => {
    expect(passes(deniedCall({ insertId: 'a', project: 'acme-ml', caller: asServiceAccount(email) }), filter)).toBe(
      false,
    );
  });

  it('leaves out what the console was refused where there is one, and then still lets the others through', () => {
    const withConsole = parseFilter(renderSinkFilter(deployed, OPTIONS, [RUN_ACCOUNT, CONSOLE_ACCOUNT]));
    const denied = (email: string) =>
      deniedCall({ insertId: 'a', project: 'acme-ml', caller: asServiceAccount(email) });
    expect([RUN_ACCOUNT, CONSOLE_ACCOUNT].map((email) => passes(denied(email), filter))).toEqual([false, true]);
    expect([RUN_ACCOUNT, CONSOLE_ACCOUNT].map((email) => passes(denied(email), withConsole))).toEqual([false, false]);
    expect(wanted.filter(({ entry }) => !passes(entry, withConsole))).toEqual([]);
  });

  it.each([
    'projects/acme-ml/logs/my-app',
    'projects/acme-ml/logs/my-cloudaudit.googleapis.com%2Fdata_access',
    'projects/acme-ml/logs/cloudaudit.googleapis.com%2Fdata_access-mine',
  ])('leaves out %s, which anybody may write', (logName) => {
    const caller = asUser('ada@example.com');
    expect(passes({ ...deniedCall({ insertId: 'a', project: 'acme-ml', caller }), logName }, filter)).toBe(false);
  });

  it('lets status 7 alone through unless more is asked for', () => {
    const alone = parseFilter(renderSinkFilter(deployed, []));
    const codes = wanted.filter(({ entry }) => passes(entry, alone)).map(({ entry }) => codeOf(entry));
    expect([...new Set(codes)]).toEqual([7]);
    expect(codes).toHaveLength(wanted.filter(({ entry }) => codeOf(entry) === 7).length);
  });

  it.each([
    ['throttled', 8],
    ['policy-violation', 9],
    ['unauthenticated', 16],
  ])('lets %s through when it is asked for: status %i', (kind, code) => {
    const more = parseFilter(renderSinkFilter(deployed, [kind]));
    const codes = new Set(wanted.filter(({ entry }) => passes(entry, more)).map(({ entry }) => codeOf(entry)));
    expect([...codes].toSorted((one, other) => one - other)).toEqual([7, code]);
  });

  it('leaves out a failed precondition that no organization policy is behind', () => {
    const caller = asUser('ada@example.com');
    const denied = deniedCall({ insertId: 'a', project: 'acme-ml', caller });
    const status = { code: 9, message: 'OpenMaaS model is not allowed to be called from this method.' };
    const policyViolationInfo = { orgPolicyViolationInfo: {} };
    const entry = { ...denied, protoPayload: { ...denied.protoPayload, status, policyViolationInfo } };
    expect(passes(entry, filter)).toBe(false);
  });

  it('stays below the 20,000 characters that a sink takes', () => {
    expect(renderSinkFilter(deployed, OPTIONS).length).toBeLessThan(20_000);
  });
});

function codeOf(entry: unknown): number {
  return Number(at(entry, 'protoPayload', 'status', 'code'));
}

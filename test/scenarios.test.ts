import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explain } from '../src/cli/explain.ts';
import { helpOfGrant } from '../src/diagnosis/diagnosis.ts';
import { isRecord } from '../src/ingest/fields.ts';
import { jsonLines } from './cli/run-command.ts';

const ROOT = 'test/scenarios';
const NOW = '2026-11-20T09:40:00Z';
const folders = readdirSync(ROOT, { withFileTypes: true })
  .filter((file) => file.isDirectory())
  .map((file) => file.name);

/** The file of the scenario, or the one that all scenarios share. */
function fileOf(folder: string, name: string): string {
  const own = join(ROOT, folder, name);
  return existsSync(own) ? own : join(ROOT, name);
}

function readJson(path: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isRecord(value)) throw new Error(`${path} holds no object`);
  return value;
}

async function reportsOf(folder: string, scenario: Readonly<Record<string, unknown>>): Promise<readonly unknown[]> {
  const out: string[] = [];
  const identity = typeof scenario.identity === 'string' ? ['--identity', scenario.identity] : [];
  const world = scenario.offline === true ? [] : ['--world', fileOf(folder, 'world.json')];
  const args = [
    join(ROOT, folder, 'entries.json'),
    '--allowlist',
    fileOf(folder, 'allowlist.yaml'),
    '--now',
    NOW,
    '--json',
  ];
  const io = { out: (text: string) => void out.push(text), err: () => {}, stdin: async () => '', isTerminal: false };
  expect(await explain([...args, ...world, ...identity], io)).toBe(0);
  return jsonLines(out.join(''));
}

function gist(report: unknown): string {
  const of = (part: string, field: string) => {
    const value = isRecord(report) ? report[part] : null;
    return isRecord(value) ? String(value[field]) : '';
  };
  return `${of('diagnosis', 'cause')} ${of('diagnosis', 'certainty')} ${of('decision', 'kind')}`;
}

describe('scenario', () => {
  it.each(folders.map((folder) => ({ folder, scenario: readJson(join(ROOT, folder, 'scenario.json')) })))(
    '$folder: $scenario.title',
    async ({ folder, scenario }) => {
      const reports = await reportsOf(folder, scenario);
      expect(reports.map(gist)).toEqual(scenario.expect);
      const golden = join(ROOT, folder, 'reports.json');
      if (process.env.UPDATE_SCENARIOS === 'true') writeFileSync(golden, `${JSON.stringify(reports, null, 2)}\n`);
      expect(reports).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
    },
  );
});

describe('the scenarios', () => {
  const causes = folders.flatMap((folder) => {
    const { expect: gists } = readJson(join(ROOT, folder, 'scenario.json'));
    return Array.isArray(gists) ? [...new Set(gists.map((text: unknown) => String(text).split(' ')[0] ?? ''))] : [];
  });

  // A grant of one's own has to be in the ledger, which a scenario does not have: the pipeline's tests show it.
  it.each(Object.keys(helpOfGrant).filter((cause) => cause !== 'propagating'))(
    'show the cause %s at least twice',
    (cause) => {
      expect(causes.filter((shown) => shown === cause).length).toBeGreaterThanOrEqual(2);
    },
  );

  it('are at least 60', () => {
    expect(folders.length).toBeGreaterThanOrEqual(60);
  });
});

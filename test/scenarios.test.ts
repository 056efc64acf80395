import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpOfGrant } from '../src/diagnosis/diagnosis.ts';
import { createExplainer } from '../src/explainer.ts';
import { isRecord } from '../src/ingest/fields.ts';
import { scenarioFolders as folders, NOW, ROOT, readJson, readScenario } from './scenario-files.ts';

async function reportsOf(folder: string): Promise<readonly unknown[]> {
  const { allowlist, identity, evidence, entries } = readScenario(folder);
  const explainer = createExplainer({
    allowlist: async () => allowlist,
    identity,
    evidence,
    now: () => Date.parse(NOW),
  });
  for (const entry of entries) await explainer.observe(entry);
  const reports: unknown[] = [];
  for (const entry of entries) {
    const result = await explainer.explain(entry);
    if (result.kind === 'unreadable') throw new Error(result.reason);
    reports.push(JSON.parse(JSON.stringify(result.report)));
  }
  return reports;
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
      const reports = await reportsOf(folder);
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

  it.each(Object.keys(helpOfGrant))('show the cause %s at least twice', (cause) => {
    expect(causes.filter((shown) => shown === cause).length).toBeGreaterThanOrEqual(2);
  });

  it('are at least 60', () => {
    expect(folders.length).toBeGreaterThanOrEqual(60);
  });
});

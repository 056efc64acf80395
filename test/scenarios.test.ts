import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExplainer } from '../src/cli/explainer.ts';
import { readEntries } from '../src/cli/read-entries.ts';
import { offlineEvidence } from '../src/cli/read-files.ts';
import { parseAllowlist } from '../src/decision/parse-allowlist.ts';
import { helpOfGrant } from '../src/diagnosis/diagnosis.ts';
import type { EvidencePorts, GrantHistory } from '../src/diagnosis/evidence.ts';
import { isRecord } from '../src/ingest/fields.ts';
import { parseWorld } from '../src/local/world.ts';
import { worldEvidence } from '../src/local/world-evidence.ts';

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

function readAllowlist(path: string) {
  const reading = parseAllowlist(readFileSync(path, 'utf8'));
  if (reading.kind === 'allowlist') return reading.allowlist;
  throw new Error(`${path}: ${JSON.stringify(reading.issues)}`);
}

function readEvidence(folder: string, scenario: Readonly<Record<string, unknown>>): EvidencePorts {
  if (scenario.offline === true) return offlineEvidence('offline: no world was given');
  const reading = parseWorld(readJson(fileOf(folder, 'world.json')));
  if (reading.kind === 'issues') throw new Error(`${folder}: ${JSON.stringify(reading.issues)}`);
  return { ...worldEvidence(reading.world), grants: readGrants(folder) };
}

/** Grants that Guestlist made before, in `grants.json`. */
function readGrants(folder: string): GrantHistory {
  const path = join(ROOT, folder, 'grants.json');
  const grants: readonly unknown[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
  return {
    lastGrant: async (project, role, member) => {
      const found = grants
        .filter(isRecord)
        .find((grant) => grant.project === project && grant.role === role && grant.member === member);
      return typeof found?.at === 'string'
        ? { at: found.at, expiresAt: null, grantId: 'g-earlier', reportId: 'r-earlier' }
        : null;
    },
  };
}

async function reportsOf(folder: string, scenario: Readonly<Record<string, unknown>>): Promise<readonly unknown[]> {
  const { identity } = scenario;
  const allowlist = readAllowlist(fileOf(folder, 'allowlist.yaml'));
  const explainer = createExplainer({
    allowlist: async () => allowlist,
    identity: typeof identity === 'string' ? { kind: 'account', email: identity } : { kind: 'nobody' },
    evidence: readEvidence(folder, scenario),
    now: () => Date.parse(NOW),
  });
  const entries = readEntries(readFileSync(join(ROOT, folder, 'entries.json'), 'utf8')).map((input) => {
    if (input.kind === 'unreadable') throw new Error(input.reason);
    return input.entry;
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

  it.each(Object.keys(helpOfGrant))('show the cause %s at least twice', (cause) => {
    expect(causes.filter((shown) => shown === cause).length).toBeGreaterThanOrEqual(2);
  });

  it('are at least 60', () => {
    expect(folders.length).toBeGreaterThanOrEqual(60);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offlineEvidence } from '../../src/cli/read-files.ts';
import { parseAllowlist } from '../../src/decision/parse-allowlist.ts';
import { helpOfGrant } from '../../src/diagnosis/diagnosis.ts';
import { createExplainer } from '../../src/explainer.ts';
import { readEntryValue } from '../../src/ingest/read-entry.ts';
import { parseWorld } from '../../src/local/world.ts';
import { worldEvidence } from '../../src/local/world-evidence.ts';
import { renderMarkdown } from '../../src/report/render-markdown.ts';
import { renderText } from '../../src/report/render-text.ts';
import type { Report } from '../../src/report/report.ts';
import { type Mutation, mutate, mutations } from './mutate.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 3_000);
const ROOT = 'test/scenarios';
const entries: readonly unknown[] = readdirSync(ROOT, { withFileTypes: true })
  .filter((file) => file.isDirectory())
  .flatMap((file): unknown => JSON.parse(readFileSync(`${ROOT}/${file.name}/entries.json`, 'utf8')));

// As careless an allowlist as can be written: what still is not granted, the guards hold back.
const CARELESS = `version: 1
organization: "123456789012"
domains: [example.com]
mode: apply
rules:
  - id: careless
    effect: allow
    principals: ["user:*@example.com", "serviceAccount:*@*.iam.gserviceaccount.com", "serviceAccount:*@acme-ml.iam.gserviceaccount.com"]
    projects: [organizations/123456789012]
    crossProject: true
`;

function theAllowlist() {
  const reading = parseAllowlist(CARELESS);
  if (reading.kind === 'issues') throw new Error(JSON.stringify(reading.issues));
  return reading.allowlist;
}

function theWorld() {
  const reading = parseWorld(JSON.parse(readFileSync(`${ROOT}/world.json`, 'utf8')));
  if (reading.kind === 'issues') throw new Error(JSON.stringify(reading.issues));
  return reading.world;
}

const offline = offlineEvidence('offline');

async function explainMutated(
  index: number,
  changes: readonly Mutation[],
  where: 'online' | 'offline',
): Promise<Report | null> {
  const entry = readEntryValue(mutate(entries[index % entries.length], changes));
  if (entry.kind === 'unreadable') return null;
  const explainer = createExplainer({
    allowlist: async () => theAllowlist(),
    identity: { kind: 'nobody' },
    evidence: where === 'online' ? worldEvidence(theWorld()) : offline,
    now: () => Date.parse('2026-11-20T09:40:00Z'),
  });
  const result = await explainer.explain(entry.entry);
  return result.kind === 'report' ? result.report : null;
}

// Control and bidirectional characters; a report's own line ends are fine.
const UNSEEN = /[^\P{Cc}\n]|\p{Cf}/u;

const WHOLE_MEMBER =
  /^(?:user:[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+|serviceAccount:[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+gserviceaccount\.com|serviceAccount:[a-z0-9.:-]+\.svc\.id\.goog\[[a-z0-9-]+\/[a-z0-9.-]+\]|principal:\/\/[A-Za-z0-9._:/@=+,%~|#-]+)$/;

describe(`${RUNS} mutations of valid entries`, () => {
  it('never crash, and give a grantable diagnosis only for a whole principal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000), mutations, async (index, changes) => {
        const report = await explainMutated(index, changes, 'online');
        if (report === null) return;
        expect(renderText({ report, news: 'opened' })).not.toMatch(UNSEEN);
        expect(renderMarkdown({ report, news: 'opened' })).not.toMatch(UNSEEN);
        if (helpOfGrant[report.diagnosis.cause] === 'grant-helps')
          expect(report.denial.principal.member).toMatch(WHOLE_MEMBER);
        expect(report.change !== null).toBe(['apply', 'propose'].includes(report.decision.kind));
      }),
      { numRuns: RUNS },
    );
  });

  it('are granted only in a project of the organization, to a listed domain or a home in it, for what the role holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000), mutations, async (index, changes) => {
        const report = await explainMutated(index, changes, 'online');
        if (report?.decision.kind !== 'apply') return;
        expect(['acme-ml', 'acme-vision', 'acme-pay']).toContain(report.change?.project);
        expect(report.change?.role).toBe('roles/aiplatform.user');
        expect(report.change?.member).toMatch(
          /^(?:user:[^@]+@example\.com|serviceAccount:[^@]+@acme-(?:ml|vision|pay)\.iam\.gserviceaccount\.com)$/i,
        );
        expect(report.decision.guards.every((guard) => guard.result === 'held')).toBe(true);
        expect(report.denial.permissions.every((permission) => permission.startsWith('aiplatform.'))).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('are never granted without evidence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000), mutations, async (index, changes) => {
        const report = await explainMutated(index, changes, 'offline');
        expect(report?.decision.kind).not.toBe('apply');
        expect(report?.diagnosis.certainty === 'certain' && report.change !== null).toBe(false);
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  });

  it('start from entries of which some are granted, so that the above says something', async () => {
    const reports = await Promise.all(entries.map((_, index) => explainMutated(index, [], 'online')));
    expect(reports.filter((report) => report?.decision.kind === 'apply').length).toBeGreaterThan(10);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { offlineEvidence } from '../src/cli/read-files.ts';
import type { Allowlist } from '../src/decision/allowlist.ts';
import { parseAllowlist } from '../src/decision/parse-allowlist.ts';
import type { EvidencePorts, GrantHistory } from '../src/diagnosis/evidence.ts';
import type { Identity } from '../src/iam/identity.ts';
import { isRecord } from '../src/ingest/fields.ts';
import { readEntries } from '../src/ingest/read-entries.ts';
import type { Entry } from '../src/ingest/read-entry.ts';
import { parseWorld } from '../src/local/world.ts';
import { worldEvidence } from '../src/local/world-evidence.ts';

export const ROOT = 'test/scenarios';

/** The time at which scenarios are explained. */
export const NOW = '2026-11-20T09:40:00Z';

export const scenarioFolders: readonly string[] = readdirSync(ROOT, { withFileTypes: true })
  .filter((file) => file.isDirectory())
  .map((file) => file.name);

/** A scenario as it is worked on. */
export interface Scenario {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly allowlist: Allowlist;
  readonly identity: Identity;
  readonly evidence: EvidencePorts;
  readonly entries: readonly Entry[];
}

/** Reads a scenario with all that belongs to it. */
export function readScenario(folder: string): Scenario {
  const settings = readJson(join(ROOT, folder, 'scenario.json'));
  const { identity } = settings;
  const entries = readEntries(readFileSync(join(ROOT, folder, 'entries.json'), 'utf8')).map((input) => {
    if (input.kind === 'unreadable') throw new Error(input.reason);
    return input.entry;
  });
  return {
    settings,
    allowlist: readAllowlist(fileOf(folder, 'allowlist.yaml')),
    identity: typeof identity === 'string' ? { kind: 'account', email: identity, others: [] } : { kind: 'nobody' },
    evidence: readEvidence(folder, settings),
    entries,
  };
}

/** The file of the scenario, or the one that all scenarios share. */
function fileOf(folder: string, name: string): string {
  const own = join(ROOT, folder, name);
  return existsSync(own) ? own : join(ROOT, name);
}

/** Reads a file that holds one JSON object. */
export function readJson(path: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isRecord(value)) throw new Error(`${path} holds no object`);
  return value;
}

function readAllowlist(path: string): Allowlist {
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

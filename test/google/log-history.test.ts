import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDenial } from '../../src/denial/read-denial.ts';
import { loadAuditPayloadCodec } from '../../src/google/audit-payload.ts';
import { between, denialFilter, FILTER_PARTS, notBy, USUAL_REFUSALS } from '../../src/google/denial-filter.ts';
import { parseLocalEndpoint } from '../../src/google/endpoint.ts';
import { createLogReader, type LogEntry, type ReadLogPage } from '../../src/google/log-history.ts';
import { createChildLister } from '../../src/google/project-list.ts';
import { createResourceManagerClients } from '../../src/google/resource-manager-clients.ts';
import { isRecord } from '../../src/ingest/fields.ts';
import { asServiceAccount, deniedCall } from '../../src/local/demo/demo-entries.ts';
import { demoWorld } from '../../src/local/demo/demo-world.ts';
import type { Fault } from '../../src/local/faults.ts';
import { type LocalCloud, startLocalCloud } from '../../src/local/local-cloud.ts';
import { parseWorld } from '../../src/local/world.ts';
import { readScenario, scenarioFolders } from '../scenario-files.ts';

const NOW = '2026-11-24T03:00:00Z';
const chat = asServiceAccount('chat@acme-ml.iam.gserviceaccount.com');

function timed(number: number): LogEntry {
  const timestamp = new Date(Date.parse('2026-11-20T10:00:00Z') + number * 1_000).toISOString().replace('Z', '456789Z');
  return { ...deniedCall({ insertId: `e${number}`, project: 'acme-ml', caller: chat }), timestamp };
}

let cloud: LocalCloud;
let read: ReadLogPage;
let fault: Fault | null = null;

beforeAll(async () => {
  const reading = parseWorld(demoWorld);
  if (reading.kind === 'issues') throw new Error(JSON.stringify(reading.issues));
  const faultFor = ({ method }: { readonly method: string }) => (method === 'ListLogEntries' ? fault : null);
  cloud = await startLocalCloud(reading.world, { delayMilliseconds: 0, faultFor });
  cloud.log.addAudit(Array.from({ length: 2_500 }, (_, number) => timed(2_499 - number)));
  const endpoint = parseLocalEndpoint(cloud.grpcEndpoint);
  if (endpoint === null) throw new Error('no endpoint');
  read = createLogReader(endpoint);
});

afterAll(() => cloud.stop());

describe('the history of logs, asked by the real client', () => {
  const query = {
    resources: ['projects/acme-ml', 'projects/acme-vision'],
    filter: denialFilter({ refusals: USUAL_REFUSALS, ownAccount: null }),
  };

  it('comes oldest first, page by page, as the entries that were logged', async () => {
    const entries: LogEntry[] = [];
    let pages = 0;
    for (let pageToken: string | null = null; pages < 10; ) {
      const page = await read({ ...query, pageToken });
      if (page.kind === 'refused') throw new Error(page.detail);
      entries.push(...page.entries);
      pages += 1;
      pageToken = page.nextPageToken;
      if (pageToken === null) break;
    }
    expect([pages, entries.length]).toEqual([3, 2_500]);
    const denials = entries.map((entry) => readDenial(entry, NOW));
    for (const number of [0, 1_000, 2_499]) expect(denials[number]).toEqual(readDenial(timed(number), NOW));
  });

  it('comes for a span of time', async () => {
    const filter = between(query.filter, '2026-11-20T10:00:10Z', '2026-11-20T10:00:20Z');
    const page = await read({ ...query, filter, pageToken: null });
    expect(page.kind === 'page' ? page.entries.map(({ insertId }) => insertId) : page.detail).toEqual(
      Array.from({ length: 10 }, (_, number) => `e${10 + number}`),
    );
  });

  it('is refused where a resource may not be read, and asked for again where a quota is used up', async () => {
    expect(await read({ ...query, resources: ['projects/acme-ml', 'projects/elsewhere'], pageToken: null })).toEqual({
      kind: 'refused',
      detail: expect.stringContaining('projects/elsewhere may not be read'),
    });
    fault = { code: 8, message: 'quota of read requests', when: 'before' };
    await expect(read({ ...query, pageToken: null })).rejects.toThrow('redeliver (evidence-unavailable)');
    fault = null;
  });
});

describe('what lies under an organization', () => {
  it('is listed folder by folder, and refused where it may not be read', async () => {
    const endpoint = parseLocalEndpoint(cloud.grpcEndpoint);
    const list = createChildLister(createResourceManagerClients(endpoint ?? { kind: 'google' }));
    expect(await list('organizations/123456789012')).toEqual({
      kind: 'children',
      projects: [],
      folders: ['folders/456', 'folders/789'],
    });
    expect(await list('folders/456')).toEqual({
      kind: 'children',
      projects: ['projects/acme-ml', 'projects/acme-vision'],
      folders: [],
    });
    expect((await list('folders/1')).kind).toBe('refused');
  });
});

describe('the payload of an audit entry', () => {
  const usual = scenarioFolders
    .flatMap((folder) => readScenario(folder).entries.map((entry) => ({ folder, entry })))
    // Entries whose fields have other names, other types or other forms than the API has cannot come from it.
    .filter(({ folder }) => !/renamed-keys|minimal|reason-number|old-shape|quoted/.test(folder));

  it('is the same denial in bytes and back, for what the API can say', async () => {
    const codec = await loadAuditPayloadCodec();
    let compared = 0;
    for (const { folder, entry } of usual) {
      const bytes = isRecord(entry.protoPayload) ? encoded(entry.protoPayload) : null;
      if (bytes === null) continue;
      compared += 1;
      const again = { ...entry, protoPayload: codec.toJson(bytes) };
      expect([folder, readDenial(again, NOW)]).toEqual([folder, withoutDelegation(readDenial(entry, NOW))]);
    }
    expect(compared).toBeGreaterThan(60);

    // No published proto has the field that this is read from.
    function withoutDelegation(reading: ReturnType<typeof readDenial>): object {
      return reading.kind === 'denial'
        ? { kind: 'denial', denial: { ...reading.denial, originalPrincipal: null } }
        : reading;
    }

    function encoded(payload: Readonly<Record<string, unknown>>): Uint8Array | null {
      try {
        return codec.toBytes(payload);
      } catch {
        return null;
      }
    }
  });

  it('names details of a type that is not known, and is no payload where its bytes are none', async () => {
    const codec = await loadAuditPayloadCodec();
    expect(() => codec.toJson(Buffer.from('no payload'))).toThrow();
    expect(codec.toJson(codec.toBytes({ serviceName: 'x' }))).toEqual({
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      serviceName: 'x',
    });
  });
});

describe('the filter of denials', () => {
  it('is made of its parts, each in brackets', () => {
    const filter = denialFilter({
      refusals: ['denied', 'throttled'],
      ownAccount: 'guestlist@acme.iam.gserviceaccount.com',
    });
    expect(filter.split('\nAND ')).toEqual([
      FILTER_PARTS.logs,
      FILTER_PARTS.service,
      '((protoPayload.status.code=7) OR (protoPayload.status.code=8))',
      FILTER_PARTS.noPerimeterDryRun,
      FILTER_PARTS.noPolicyDryRun,
      '(NOT protoPayload.authenticationInfo.principalEmail="guestlist@acme.iam.gserviceaccount.com")',
    ]);
    expect(notBy('a"b')).toContain('="a\\"b"');
    expect(filter.length).toBeLessThan(20_000);
  });
});

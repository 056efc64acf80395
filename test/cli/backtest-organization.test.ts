import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asServiceAccount, deniedCall } from '../../src/local/demo/demo-entries.ts';
import { demoWorld } from '../../src/local/demo/demo-world.ts';
import type { Fault, LocalCall } from '../../src/local/faults.ts';
import { type LocalCloud, startLocalCloud } from '../../src/local/local-cloud.ts';
import { parseWorld } from '../../src/local/world.ts';
import { ownFolder } from '../own-folder.ts';
import { guestlist, guestlistWith } from './run-command.ts';

const ALLOWLIST = 'src/local/demo/allowlist.yaml';
const ORGANIZATION = ['backtest', '--allowlist', ALLOWLIST, '--organization', '123456789012', '--since', '30d'];
const HOUR = 3_600_000;
const PROJECTS = ['acme-ml', 'acme-vision', 'acme-pay'];

/** 2,400 denials of the last days in three projects: three pages of one request. */
function recent(): readonly Readonly<Record<string, unknown>>[] {
  const now = Date.now();
  return Array.from({ length: 2_400 }, (_, number) => {
    const project = PROJECTS[number % PROJECTS.length] ?? '';
    const caller = asServiceAccount(`app-${number % 4}@${project}.iam.gserviceaccount.com`);
    const time = new Date(now - 20 * HOUR + number * 20_000).toISOString();
    return { ...deniedCall({ insertId: `e${number}`, project, caller }), timestamp: time, receiveTimestamp: time };
  });
}

let cloud: LocalCloud;
let faultFor: (call: LocalCall) => Fault | null = () => null;

beforeAll(async () => {
  const reading = parseWorld(demoWorld);
  if (reading.kind === 'issues') throw new Error(JSON.stringify(reading.issues));
  cloud = await startLocalCloud(reading.world, { delayMilliseconds: 0, faultFor: (call) => faultFor(call) });
  cloud.log.addAudit(recent());
});

beforeEach(() => {
  faultFor = () => null;
});

afterAll(() => cloud.stop());

function run(...args: readonly string[]) {
  return guestlistWith(cloud.environment, [...ORGANIZATION, ...args]);
}

function partOf(out: string, ...names: readonly string[]): Record<string, unknown> {
  const result = JSON.parse(out);
  return Object.fromEntries(names.map((name) => [name, result[name]]));
}

const calls = (method: string) => cloud.calls.get(method) ?? 0;

// The Google clients are loaded anew by each of these processes.
const SLOW = { timeout: 120_000 };

describe('guestlist backtest --organization', SLOW, () => {
  it('reads the history of every project of the organization from Cloud Logging, page by page', async () => {
    const before = calls('ListLogEntries');
    const { status, out, err } = await run('--json');
    expect([status, err]).toEqual([0, '']);
    expect(partOf(out, 'history', 'evidence')).toEqual({
      history: expect.objectContaining({ entries: 2_400, unreadable: 0, repeated: 0 }),
      evidence: expect.objectContaining({ kind: 'offline' }),
    });
    expect(calls('ListLogEntries') - before).toBe(3);
  });

  it('looks up with --live what a world file would say, each thing once, and writes nothing', async () => {
    const before = calls('GetProject');
    const { status, out } = await run('--live', '--json');
    expect(status).toBe(0);
    expect(partOf(out, 'evidence', 'outcomes')).toEqual({
      evidence: expect.objectContaining({ kind: 'live' }),
      outcomes: expect.objectContaining({ granted: 8, grantedIfConfirmed: 0 }),
    });
    expect(calls('GetProject') - before).toBe(3);
    expect(calls('SetIamPolicy')).toBe(0);
  });

  it('waits where the quota of reads is used up, and goes on', async () => {
    const first = calls('ListLogEntries') + 1;
    faultFor = ({ method, count }) =>
      method === 'ListLogEntries' && (count === first || count === first + 2)
        ? { code: 8, message: 'quota', when: 'before' }
        : null;
    const { status, out } = await run('--json');
    expect([status, partOf(out, 'history')]).toEqual([
      0,
      { history: expect.objectContaining({ entries: 2_400, repeated: 0 }) },
    ]);
  });

  it('leaves out what may not be read, says so, and exits 1', async () => {
    faultFor = ({ method, resource }) =>
      method === 'ListLogEntries' && resource.includes('acme-pay') ? { code: 7, message: 'no', when: 'before' } : null;
    const { status, out, err } = await run('--json');
    expect(status).toBe(1);
    expect(err).toContain('projects/acme-pay: could not be read: its logs or what is below it may not be read');
    expect(partOf(out, 'history')).toEqual({ history: expect.objectContaining({ entries: 1_600, unreadable: 1 }) });
  });

  it('ends with 1 and no result where the organization may not be listed', async () => {
    faultFor = ({ method }) => (method === 'ListProjects' ? { code: 7, message: 'no', when: 'before' } : null);
    const { status, out, err } = await run();
    expect([status, out]).toEqual([1, '']);
    expect(err).toContain('organizations/123456789012: its projects could not be listed');
  });

  it('takes no stand-in that is not on this machine', async () => {
    const elsewhere = { GUESTLIST_LOGGING_ENDPOINT: 'logging.example.com:443' };
    const { status, err } = await guestlistWith(elsewhere, ORGANIZATION);
    expect([status, err.includes('GUESTLIST_LOGGING_ENDPOINT: expected host:port on a loopback address')]).toEqual([
      2,
      true,
    ]);
  });
});

describe('guestlist backtest --organization --resume', SLOW, () => {
  const fresh = () => join(ownFolder(), 'history.jsonl');

  it('keeps the history in a file for its owner alone, from which another run needs no network', async () => {
    const file = fresh();
    const first = await run('--resume', file, '--json');
    expect(first.status).toBe(0);
    expect(statSync(file).mode & 0o077).toBe(0);
    const before = calls('ListLogEntries');
    const again = await run('--resume', file, '--json');
    const alone = guestlist(['backtest', '--allowlist', ALLOWLIST, '--json', file]);
    expect(calls('ListLogEntries')).toBe(before);
    const names = ['history', 'outcomes', 'grants', 'days'];
    expect(partOf(again.out, ...names)).toEqual(partOf(first.out, ...names));
    expect(partOf(alone.out, ...names)).toEqual(partOf(first.out, ...names));
  });

  it('goes on after an interruption, and comes to the same as a run without one', async () => {
    const file = fresh();
    const second = calls('ListLogEntries') + 2;
    let stop = () => {};
    faultFor = ({ method, count }) => {
      if (method === 'ListLogEntries' && count === second) stop();
      return null;
    };
    const interrupted = await guestlistWith(
      cloud.environment,
      [...ORGANIZATION, '--resume', file, '--json'],
      (child) => {
        stop = () => child.kill('SIGINT');
      },
    );
    expect(interrupted.status).toBe(130);
    expect(interrupted.err).toContain('The same command goes on from here.');
    expect(partOf(interrupted.out, 'isComplete')).toEqual({ isComplete: false });
    const before = calls('ListLogEntries');
    const resumed = await run('--resume', file, '--json');
    expect(resumed.status).toBe(0);
    expect(calls('ListLogEntries') - before).toBeLessThan(3);
    const whole = await run('--json');
    const names = ['outcomes', 'days', 'isComplete'];
    expect(partOf(resumed.out, ...names)).toEqual(partOf(whole.out, ...names));
    expect(partOf(resumed.out, 'history')).toEqual({ history: expect.objectContaining({ entries: 2_400 }) });
  });

  it('takes back what a run that was cut off wrote beyond its last word', async () => {
    const file = fresh();
    await run('--resume', file);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `${text}{"insertId":"half of an ent`);
    const { status } = await run('--resume', file);
    expect([status, readFileSync(file, 'utf8') === text]).toEqual([0, true]);
  });

  it('refuses a file that is not its own, or that was begun with another question', async () => {
    const foreign = fresh();
    writeFileSync(foreign, 'precious\n');
    expect((await run('--resume', foreign)).status).toBe(2);
    expect(readFileSync(foreign, 'utf8')).toBe('precious\n');
    const file = fresh();
    await run('--resume', file);
    const other = await guestlistWith(cloud.environment, [...ORGANIZATION.slice(0, -1), '7d', '--resume', file]);
    expect([other.status, other.err]).toEqual([2, expect.stringContaining('begun with another since: "30d"')]);
    writeFileSync(`${file}.position.json`, '{}');
    expect((await run('--resume', file)).status).toBe(2);
    expect(existsSync(file)).toBe(true);
  });
});

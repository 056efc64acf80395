import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import backtestSchema from '../../src/backtest/backtest.schema.json' with { type: 'json' };
import { backtest } from '../../src/cli/backtest.ts';
import { type CommandIo, processIo } from '../../src/cli/io.ts';
import { helpOfGrant } from '../../src/diagnosis/diagnosis.ts';
import { demoWorld } from '../../src/local/demo/demo-world.ts';
import { syntheticHistory, USUAL_SHAPE } from '../backtest/synthetic-history.ts';
import { decideOffline } from '../bench/decide-offline.ts';
import { fileWith, guestlist } from './run-command.ts';

const ALLOWLIST = 'src/local/demo/allowlist.yaml';
const HISTORY = 'test/fixtures/backtest-history.jsonl';
const world = fileWith('world.json', JSON.stringify(demoWorld));
const lines = readFileSync(HISTORY, 'utf8').trim().split('\n');
const allowlist = readFileSync(ALLOWLIST, 'utf8');
const online = ['backtest', '--allowlist', ALLOWLIST, '--world', world];

/** What `--json` printed, without the time at which it was made. */
function resultOf({ out }: { readonly out: string }): Record<string, unknown> {
  return { ...JSON.parse(out), at: '' };
}

const SLOW = { timeout: 120_000 };

describe('guestlist backtest', SLOW, () => {
  const wanted = resultOf(guestlist([...online, '--json', HISTORY]));

  it('says what an allowlist would have done with a history', () => {
    const { status, out } = guestlist([...online, HISTORY]);
    expect(status).toBe(0);
    expect(out).toContain('6 grants over 55 entries. 6 of 17 incidents would have closed without a person.');
    expect(out).toMatch(/2026-11-01 08:00 {2}acme-ml +serviceAccount:chat@acme-ml\S+ +sandbox-workloads +stays +11/);
    expect(out).toMatch(
      /scout@acme-vision\S+: 7 permissions in 1 project at once, 7 denials .*; GRANTED 1 ALL THE SAME/,
    );
    expect(out).not.toContain('\u001b');
  });

  it('comes to the same from lines, gzip, an array as gcloud prints it, several objects, push bodies and standard input', () => {
    const values: readonly unknown[] = lines.map((line): unknown => JSON.parse(line));
    const push = lines.map((line) =>
      JSON.stringify({ message: { data: Buffer.from(line).toString('base64'), messageId: '1' } }),
    );
    const newestFirst = `${JSON.stringify(values.toReversed(), null, 2)}\n`;
    const zipped = fileWith('history.json', '');
    writeFileSync(
      zipped,
      Buffer.concat([gzipSync(lines.slice(0, 30).join('\n')), gzipSync(`\n${lines.slice(30).join('\n')}`)]),
    );
    for (const file of [
      fileWith('array.json', newestFirst),
      fileWith('objects.json', `\uFEFF${values.map((value) => JSON.stringify(value, null, 2)).join('\n')}`),
      fileWith('push.jsonl', `${push.join('\r\n')}\r\n\r\n`),
      zipped,
    ]) {
      expect(resultOf(guestlist([...online, '--json', file]))).toEqual(wanted);
    }
    expect(resultOf(guestlist([...online, '--json'], newestFirst))).toEqual(wanted);
    const parts = [
      fileWith('late.jsonl', lines.slice(20).join('\n')),
      fileWith('early.jsonl', lines.slice(0, 25).join('\n')),
    ];
    expect({ ...resultOf(guestlist([...online, '--json', ...parts])), history: null }).toEqual({
      ...wanted,
      history: null,
    });
  });

  it('prints JSON that fits the published schema, whose causes are those of the code', () => {
    const validate = new Ajv2020({ allErrors: true, formats: { 'date-time': true, date: true } }).compile(
      backtestSchema,
    );
    for (const args of [
      online,
      ['backtest', '--allowlist', ALLOWLIST],
      ['backtest', '--compare', ALLOWLIST, ALLOWLIST],
    ]) {
      expect(validate(JSON.parse(guestlist([...args, '--json', HISTORY]).out)) ? [] : validate.errors).toEqual([]);
    }
    expect(backtestSchema.$defs.cause.enum).toEqual(Object.keys(helpOfGrant));
  });

  it('grants nothing for sure offline, and says what would have to be confirmed', () => {
    const { status, out } = guestlist(['backtest', '--allowlist', ALLOWLIST, HISTORY]);
    expect(status).toBe(0);
    expect(out).toMatch(/^\d+ grants if look-ups confirm it over 55 entries\. .*if confirmed\.\n/);
    expect(out).toContain('Nothing was looked up, so nothing is sure to be granted');
    expect(out).toMatch(/apply +0\n/);
  });

  it('names what could not be read with file and line, counts the rest, and exits 1', () => {
    const broken = Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? 'not json' : '{"textPayload":"x"}'));
    const file = fileWith('broken.jsonl', [lines[0], ...broken, lines[1]].join('\n'));
    const { status, err, out } = guestlist([...online, '--json', file]);
    expect(status).toBe(1);
    expect(err).toMatch(/broken\.jsonl:2: could not be read: not JSON/);
    expect(err).toMatch(/broken\.jsonl:3: could not be read: protoPayload: expected an audit entry/);
    expect(err.split('\n').filter((line) => line.includes('could not be read:'))).toHaveLength(20);
    expect(err).toContain('and 10 more that could not be read');
    expect(resultOf({ out }).history).toEqual(expect.objectContaining({ entries: 2, unreadable: 30 }));
  });

  it('names the line of a bad element of an array, and reads on', () => {
    const file = fileWith('array.json', `[\n  ${lines[0]},\n  42,\n\n  ${lines[1]}\n]\n`);
    const { status, err, out } = guestlist([...online, '--json', file]);
    expect(status).toBe(1);
    expect(err).toMatch(/array\.json:3: could not be read: expected a log entry \(a JSON object\), got the number 42/);
    expect(resultOf({ out }).history).toEqual(expect.objectContaining({ entries: 2, unreadable: 1 }));
  });

  it('keeps what came before an array breaks off, and says where it did', () => {
    const file = fileWith('torn.json', `[\n${lines[0]},\n${lines[1]},\n{"protoPayload": tru`);
    const { status, err, out } = guestlist([...online, '--json', file]);
    expect([status, err.includes('torn.json:4: could not be read: not JSON')]).toEqual([1, true]);
    expect(resultOf({ out }).history).toEqual(expect.objectContaining({ entries: 2, unreadable: 1 }));
  });

  it.each([
    ['no allowlist', ['backtest', HISTORY], /expected --allowlist FILE, or --compare OLD NEW/],
    ['an unknown option', [...online, '--wrld', 'x'], /wrld/],
    ['a file that is not there', [...online, 'no-such.jsonl'], /no-such\.jsonl: could not be read/],
    ['a folder', [...online, 'src'], /src: expected a file, it is a folder/],
    ['a world and live look-ups', [...online, '--live'], /expected --world or --live, got both/],
    ['an organization and files', [...online, '--organization', '123456789012', '--since', '30d', HISTORY], /got both/],
    ['an organization without a time', [...online, '--organization', '123456789012'], /--since: expected how far back/],
    [
      'an organization by name',
      [...online, '--organization', 'acme', '--since', '30d'],
      /--organization: expected its number/,
    ],
    ['one allowlist to compare', ['backtest', '--compare', ALLOWLIST], /expected two allowlists, OLD NEW, got one/],
    [
      'a page that cannot be written',
      [...online, '--html', '/no/such/folder/page.html', HISTORY],
      /--html .*: cannot be written/,
    ],
  ])('exits 2 for %s', (_name, args, message) => {
    const { status, err, out } = guestlist(args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  it('exits 2 for an allowlist with faults, before anything is read', () => {
    const { status, err } = guestlist([
      'backtest',
      '--allowlist',
      fileWith('bad.yaml', 'version: 2\n'),
      'no-such.jsonl',
    ]);
    expect(status).toBe(2);
    expect(err).toMatch(/bad\.yaml:1:\d+ version \[bad-value\]/);
  });

  it('prints what it has when it is interrupted, marked as partial, and exits 130', async () => {
    const child = spawn(process.execPath, ['src/cli/guestlist.ts', ...online, '--json'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stdin.on('error', () => {});
    const shape = { ...USUAL_SHAPE, entries: 2_000_000 };
    const source = syntheticHistory(shape);
    const pour = () => {
      for (let lines = 0; lines < 500; lines += 1) {
        const next = source.next();
        if (next.done === true || child.stdin.destroyed) return;
        if (!child.stdin.write(`${next.value}\n`)) return void child.stdin.once('drain', pour);
      }
      setImmediate(pour);
    };
    pour();
    setTimeout(() => child.kill('SIGINT'), 2_500);
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    const { isComplete, history } = resultOf({ out });
    expect(isComplete).toBe(false);
    expect(history).toEqual(expect.objectContaining({ unreadable: 0 }));
  });

  it('shows how far it got where a person looks, and takes that away before it prints', async () => {
    const written: string[] = [];
    const io: CommandIo = {
      ...processIo(),
      out: (text) => void written.push(`out ${text}`),
      err: (text) => void written.push(`err ${text}`),
      isWatched: true,
      isTerminal: false,
    };
    expect(await backtest([...online.slice(1), HISTORY], io)).toBe(0);
    expect(written[0]?.slice(0, 8)).toBe('err \r\u001b[K');
    expect(written[0]?.slice(8)).toMatch(/^[█░]{20} \d+ % {2}\d+ entries {2}[\d,]+\/s/);
    expect(written.at(-2)).toBe('err \r\u001b[K');
    expect(written.at(-1)).toMatch(/^out 6 grants over 55 entries\./);
  });

  it('tells in text which limits would have been reached, and which rules never matched', () => {
    const limited = `${allowlist}  - {id: unused, effect: forbid, projects: [acme-none]}\nlimits: { grantsPerHour: 1 }\n`;
    const { out } = guestlist([
      'backtest',
      '--allowlist',
      fileWith('limited.yaml', limited),
      '--world',
      world,
      HISTORY,
    ]);
    expect(out).toMatch(
      /1 grants an hour \(all rules\): 2 times on 1 day in 1 project, 2026-11-09 08:01 to 2026-11-09 08:02/,
    );
    expect(out).toMatch(/proposed: a limit was reached +2/);
    expect(out).toContain('  Never matched: unused\n');
  });

  it('is what the bench of deciding offline measures', async () => {
    const bytes = readFileSync(HISTORY);
    const measured = await decideOffline([bytes.subarray(0, 1_000), bytes.subarray(1_000)], ALLOWLIST);
    expect(resultOf({ out: measured })).toEqual(
      resultOf(guestlist(['backtest', '--allowlist', ALLOWLIST, '--json', HISTORY])),
    );
  });

  it('writes a page with --html', () => {
    const page = fileWith('page.html', '');
    expect(guestlist([...online, '--html', page, HISTORY]).status).toBe(0);
    expect(existsSync(page)).toBe(true);
    expect(readFileSync(page, 'utf8')).toContain('<h1>6 grants over 55 entries.');
  });
});

describe('guestlist backtest --compare', SLOW, () => {
  const compare = (changed: string, ...more: readonly string[]) =>
    guestlist(['backtest', '--compare', ALLOWLIST, fileWith('new.yaml', changed), '--world', world, ...more, HISTORY]);

  it('finds nothing that an allowlist changes against itself', () => {
    const { status, out } = compare(allowlist);
    expect(status).toBe(0);
    expect(out).toContain('It grants nothing that it did not grant before.');
  });

  it('exits 3 when the new one grants more, unless that is allowed', () => {
    const wider = `${allowlist}  - id: people\n    effect: allow\n    principals: ["user:*@example.com"]\n    projects: [acme-ml]\n`;
    const { status, out } = compare(wider);
    expect(status).toBe(3);
    expect(out).toContain(
      'IT GRANTS MORE.\n  1 access is granted that was not\n  6 denials are allowed that were not\n',
    );
    expect(out).toMatch(/Granted that was not \(1\)\n.*\n +2026-11-04 08:00 +acme-ml +user:ada@example\.com +people/);
    expect(out).toContain('6  missing-role propose -> missing-role apply by people');
    expect(compare(wider, '--allow-more').status).toBe(0);
  });

  it('exits 3 when a grant lasts longer, and 0 when it lasts shorter', () => {
    const limited = allowlist.replace('  - id: chat-uses-vision', '    expiresAfter: 12h\n  - id: chat-uses-vision');
    expect(compare(limited).status).toBe(0);
    const longer = guestlist([
      'backtest',
      '--compare',
      fileWith('old.yaml', limited),
      ALLOWLIST,
      '--world',
      world,
      HISTORY,
    ]);
    expect(longer.status).toBe(3);
    expect(longer.out).toContain('5 accesses are granted for longer');
    expect(longer.out).toContain('rule sandbox-workloads, 12 h -> rule sandbox-workloads, stays');
  });

  it('tells what is granted no more', () => {
    const { status, out } = compare(allowlist.replace('mode: apply', 'mode: propose'));
    expect(status).toBe(0);
    expect(out).toContain('Granted no more (6)');
  });

  it('finds what would be granted only if look-ups confirm it, too', () => {
    const offline = (old: string) =>
      guestlist(['backtest', '--compare', fileWith('old.yaml', old), ALLOWLIST, HISTORY]);
    const other = offline(allowlist.replace('projects: [folders/456]', 'projects: [folders/111]'));
    expect([other.status, other.out.includes('denials fall under changed rules, and only look-ups')]).toEqual([
      3,
      true,
    ]);
    expect(offline(allowlist.replace('projects: [folders/789]', 'projects: [folders/790]')).status).toBe(3);
    expect(offline(`${allowlist}# the same\n`).status).toBe(0);
    const none = fileWith(
      'none.yaml',
      allowlist.replace('- id: sandbox-workloads\n    effect: allow', '- id: sandbox-workloads\n    effect: propose'),
    );
    expect(guestlist(['backtest', '--compare', none, ALLOWLIST, HISTORY]).status).toBe(3);
  });
});

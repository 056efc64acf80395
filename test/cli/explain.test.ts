import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { asServiceAccount, asUser, deniedCall, perimeterBlock } from '../../src/local/demo/demo-entries.ts';
import { demoWorld } from '../../src/local/demo/demo-world.ts';
import reportSchema from '../../src/report/report.schema.json' with { type: 'json' };
import { fileWith, guestlist, jsonLines } from './run-command.ts';

const ALLOWLIST = 'src/local/demo/allowlist.yaml';
const chat = asServiceAccount('chat@acme-ml.iam.gserviceaccount.com');
const denial = deniedCall({ insertId: 'e1', project: 'acme-ml', caller: chat });
const world = fileWith('world.json', JSON.stringify(demoWorld));
const online = ['--allowlist', ALLOWLIST, '--world', world, '--json'];

function gists(out: string): readonly string[] {
  return jsonLines(out).map((line) => {
    const text = JSON.stringify(line);
    const part = (name: string) => new RegExp(`"${name}":"([a-z-]+)"`).exec(text)?.[1];
    return `${part('cause')} ${/"decision":\{"kind":"([a-z]+)"/.exec(text)?.[1]} ${/"outcome":\{"kind":"([a-z-]+)"/.exec(text)?.[1]}`;
  });
}

describe('guestlist explain', () => {
  it('prints one report an entry, in order, for an array, one object, lines and push bodies', () => {
    const other = perimeterBlock('e2', asServiceAccount('batch@acme-ml.iam.gserviceaccount.com'), 'enforced');
    const push = {
      message: { data: Buffer.from(JSON.stringify(denial)).toString('base64'), messageId: '1' },
      subscription: 's',
    };
    const wanted = ['missing-role apply proposed', 'service-perimeter advise advised'];
    expect(gists(guestlist(['explain', ...online], JSON.stringify([denial, other], null, 2)).out)).toEqual(wanted);
    expect(
      gists(guestlist(['explain', ...online], `${JSON.stringify(denial)}\n${JSON.stringify(other)}\n`).out),
    ).toEqual(wanted);
    expect(gists(guestlist(['explain', ...online], `${JSON.stringify(push)}\n\n${JSON.stringify(other)}`).out)).toEqual(
      wanted,
    );
    expect(gists(guestlist(['explain', ...online], JSON.stringify(denial, null, 2)).out)).toEqual(wanted.slice(0, 1));
  });

  it('prints ignored entries too, and only reports on standard output', () => {
    const result = guestlist(['explain', ...online], JSON.stringify([perimeterBlock('e3', chat, 'dry-run')]));
    expect(gists(result.out)).toEqual(['not-denied ignore ignored']);
    expect(result.status).toBe(0);
    expect(result.err).toContain('1 entry, 0 could not be read');
  });

  it('prints reports that fit the published schema', () => {
    const validate = new Ajv2020({ allErrors: true }).compile(reportSchema);
    const entries = [
      denial,
      perimeterBlock('e2', chat, 'enforced'),
      deniedCall({ insertId: 'e4', project: 'acme-ml', caller: {} }),
    ];
    for (const report of jsonLines(guestlist(['explain', ...online], JSON.stringify(entries)).out)) {
      expect(validate(report) ? [] : validate.errors).toEqual([]);
    }
  });

  it('names what could not be read with its line, reads the rest, and exits 1', () => {
    const text = `${JSON.stringify(denial)}\nnot json\n{"textPayload":"x"}\n${JSON.stringify(denial).replace('"code":7', '"code":"7"')}\n`;
    const result = guestlist(['explain', ...online, fileWith('entries.ndjson', text)]);
    expect(result.status).toBe(1);
    expect(gists(result.out)).toEqual(['missing-role apply proposed']);
    expect(result.err).toMatch(/entries\.ndjson:2: could not be read: not JSON/);
    expect(result.err).toMatch(/entries\.ndjson:3: could not be read: protoPayload/);
    expect(result.err).toMatch(
      /entries\.ndjson:4: .*protoPayload\.status\.code: expected a whole number, got the text "7"/,
    );
    expect(result.err).toContain('4 entries, 3 could not be read');
  });

  it('names the line of a bad element of a pretty-printed array', () => {
    const text = `[\n  ${JSON.stringify(denial)},\n  42,\n  {"protoPayload": tru}\n]`;
    const result = guestlist(['explain', '--json'], text);
    expect(result.status).toBe(1);
    expect(result.err).toContain(
      '(standard input):3: could not be read: expected a log entry (a JSON object), got the number 42',
    );
    expect(result.err).toMatch(/\(standard input\):4: could not be read: not JSON/);
    expect(jsonLines(result.out)).toHaveLength(1);
  });

  it('stays at most likely, and proposes, while offline', () => {
    const [report] = jsonLines(guestlist(['explain', '--json', '--allowlist', ALLOWLIST], JSON.stringify(denial)).out);
    expect(report).toEqual(
      expect.objectContaining({
        diagnosis: expect.objectContaining({ cause: 'missing-role', certainty: 'likely' }),
        decision: expect.objectContaining({ kind: 'propose' }),
      }),
    );
  });

  it('works without an allowlist: everything is proposed', () => {
    expect(gists(guestlist(['explain', '--json', '--world', world], JSON.stringify(denial)).out)).toEqual([
      'missing-role propose proposed',
    ]);
  });

  it('knows a call of its own', () => {
    const own = deniedCall({
      insertId: 'e5',
      project: 'acme-ml',
      caller: asServiceAccount('guestlist@acme-ml.iam.gserviceaccount.com'),
    });
    const args = ['explain', ...online, '--identity', 'guestlist@acme-ml.iam.gserviceaccount.com'];
    expect(gists(guestlist(args, JSON.stringify(own)).out)).toEqual(['own-call advise advised']);
  });

  it('never grants in a project outside the world, whatever its name', () => {
    const outside = deniedCall({
      insertId: 'e6',
      project: 'acme-ml-evil',
      caller: asServiceAccount('x@acme-ml-evil.iam.gserviceaccount.com'),
    });
    const allowlist = fileWith(
      'a.yaml',
      readFileSync(ALLOWLIST, 'utf8').replace('projects: [folders/456]', 'projects: ["acme-*", folders/456]'),
    );
    expect(
      gists(guestlist(['explain', '--json', '--world', world, '--allowlist', allowlist], JSON.stringify(outside)).out),
    ).toEqual(['missing-role propose proposed']);
  });

  it('counts repeats over the entries it is given, and the same entry once', () => {
    const again = deniedCall({ insertId: 'e7', project: 'acme-ml', caller: chat });
    const reports = jsonLines(guestlist(['explain', ...online], JSON.stringify([denial, denial, again])).out);
    expect(reports.map((report) => JSON.stringify(report).match(/"repeats":(\d+)/)?.[1])).toEqual(['0', '0', '1']);
  });

  it('dates its reports by --now', () => {
    const [report] = jsonLines(
      guestlist(['explain', ...online, '--now', '2026-11-24T03:00:00Z'], JSON.stringify(denial)).out,
    );
    expect(report).toEqual(expect.objectContaining({ at: '2026-11-24T03:00:00.000Z' }));
  });

  it('prints for people without --json: what was refused first, then what was done', () => {
    const [first, second] = guestlist(
      ['explain', '--world', world],
      JSON.stringify(deniedCall({ insertId: 'e8', project: 'acme-ml', caller: asUser('alice@example.com') })),
    ).out.split('\n');
    expect(first).toBe('alice@example.com was refused a call to gemini-2.5-flash in acme-ml: it has no role there.');
    expect(second).toBe('Nothing was changed. To allow it, grant Agent Platform User (roles/aiplatform.user).');
  });

  it('prints what each channel would be sent: text and Markdown for people, one JSON object a line for machines', () => {
    const entries = JSON.stringify([denial, perimeterBlock('f2', chat, 'enforced')]);
    const print = (format: string) =>
      guestlist(['explain', '--allowlist', ALLOWLIST, '--world', world, '--format', format], entries).out;
    expect(print('text')).toContain('\nWhat to do\n');
    expect(print('markdown').match(/^# chat&#64;acme/gm)).toHaveLength(2);
    expect(jsonLines(print('slack'))).toEqual(Array(2).fill(expect.objectContaining({ blocks: expect.any(Array) })));
    expect(jsonLines(print('chat'))).toEqual(Array(2).fill(expect.objectContaining({ cardsV2: expect.any(Array) })));
    expect(jsonLines(print('teams'))).toEqual(Array(2).fill(expect.objectContaining({ type: 'message' })));
    const page = print('html');
    expect(page.match(/<!doctype html>/g)).toHaveLength(1);
    expect(page.match(/<article /g)).toHaveLength(2);
  });

  it('prints the same with --json and with --format json', () => {
    const at = ['--world', world, '--now', '2026-11-24T03:00:00Z'];
    const print = (...options: readonly string[]) =>
      guestlist(['explain', ...at, ...options], JSON.stringify([denial])).out;
    expect(print('--json')).toBe(print('--format', 'json'));
    expect(print('--json', '--format', 'json')).toBe(print('--json'));
  });

  it.each([
    [
      'a format that is not known, with the list of those that are',
      ['--format', 'pdf'],
      /--format: expected text, markdown, slack, chat, teams, html, json, got "pdf"/,
    ],
    ['two formats at once', ['--json', '--format', 'html'], /--json: expected no other format beside it/],
    ['an unknown option', ['--wrld', 'x'], /wrld/],
    ['a file that is not there', ['no-such-file.json'], /no-such-file\.json: could not be read/],
    ['an identity that is no address', ['--identity', 'me'], /--identity: expected an e-mail address/],
    ['a time that is none', ['--now', 'noon'], /--now: expected an RFC 3339 time/],
    ['a world that is not JSON', ['--world', ALLOWLIST], /not JSON/],
  ])('exits 2 for %s', (_name, args, message) => {
    const result = guestlist(['explain', ...args], '[]');
    expect(result.status).toBe(2);
    expect(result.err).toMatch(message);
    expect(result.out).toBe('');
  });

  it('prints every fault of an allowlist with its place and code, and exits 2', () => {
    const bad = fileWith(
      'bad.yaml',
      'version: 2\norganization: 123456789012\nmodee: apply\nrole: roles/owner\nrules:\n  - id: a\n    effect: alow\n    quiet: 1s\n',
    );
    const result = guestlist(['explain', '--allowlist', bad], '[]');
    expect(result.status).toBe(2);
    for (const wanted of [
      /:1:\d+ version \[bad-value\]/,
      /:2:\d+ organization \[wrong-type\]/,
      /:3:\d+ modee \[unknown-key\] .*did you mean "mode"/,
      /:4:\d+ role \[role-not-allowed\]/,
      /rules\[0\]\.effect \[bad-value\] .*did you mean "allow"/,
      /rules\[0\]\.quiet \[bad-value\]/,
    ]) {
      expect(result.err).toMatch(wanted);
    }
  });

  it('prints every fault of a world file, and exits 2', () => {
    const bad = fileWith(
      'bad.json',
      JSON.stringify({ organization: { name: 'org' }, projects: [{ projectId: 'X', projectNumber: 5, polcy: {} }] }),
    );
    const result = guestlist(['explain', '--world', bad], '[]');
    expect(result.status).toBe(2);
    expect(result.err).toMatch(/organization\.name \[bad-value\]/);
    expect(result.err).toMatch(/projects\[0\]\.projectNumber \[wrong-type\]/);
    expect(result.err).toMatch(/projects\[0\]\.polcy \[unknown-key\]/);
  });

  it('passes over what it does not know in a world file, and says so', () => {
    const more = fileWith(
      'more.json',
      JSON.stringify({ ...demoWorld, organization: { ...demoWorld.organization, createTime: 'x' } }),
    );
    const result = guestlist(['explain', '--json', '--world', more], JSON.stringify(denial));
    expect(result.status).toBe(0);
    expect(result.err).toContain('organization.createTime: warning: unknown key "createTime"');
    expect(gists(result.out)).toEqual(['missing-role propose proposed']);
  });

  it('says what it expects when the command is not known, and exits 2', () => {
    const result = guestlist(['explian']);
    expect(result.status).toBe(2);
    expect(result.err).toContain('expected a command, got "explian"');
  });
});

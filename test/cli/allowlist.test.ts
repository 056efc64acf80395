import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asServiceAccount, deniedCall } from '../../src/local/demo/demo-entries.ts';
import { demoWorld } from '../../src/local/demo/demo-world.ts';
import { ownFolder } from '../own-folder.ts';
import { fileWith, guestlist } from './run-command.ts';

const ALLOWLIST = 'src/local/demo/allowlist.yaml';

describe('guestlist allowlist check', () => {
  it('finds nothing wrong with the allowlist of the demo', () => {
    const result = guestlist(['allowlist', 'check', ALLOWLIST, '--strict']);
    expect(result.status).toBe(0);
    expect(result.out).toBe(`${ALLOWLIST}: mode apply, 3 rules, no faults, 0 warnings\n`);
  });

  it('tells every fault with place and code, and exits 2', () => {
    const result = guestlist([
      'allowlist',
      'check',
      fileWith('bad.yaml', 'version: 1\norganisation: "1"\nmode: aply\n'),
    ]);
    expect(result.status).toBe(2);
    expect(result.err).toMatch(/:2:\d+ organisation \[unknown-key\] .*did you mean "organization"/);
    expect(result.err).toMatch(/:3:\d+ mode \[bad-value\] .*did you mean "apply"/);
  });

  it('warns of rules that never match, are shadowed or are wide, and exits 1 when strict', () => {
    const text = `version: 1
organization: "123456789012"
domains: [example.com]
rules:
  - {id: outside, effect: allow, principals: ["user:*@example.org"], projects: [acme-ml]}
  - {id: moot, effect: allow, principals: ["user:*@example.com"], projects: [folders/789]}
  - {id: careless, effect: allow, principals: ["serviceAccount:*@*.iam.gserviceaccount.com"], projects: [organizations/123456789012]}
  - {id: stop, effect: forbid, projects: [folders/789]}
`;
    const path = fileWith('odd.yaml', text);
    const result = guestlist(['allowlist', 'check', path]);
    expect(result.status).toBe(0);
    expect([...result.out.matchAll(/rule ([a-z]+) \[([a-z-]+)\]/g)].map((match) => `${match[1]} ${match[2]}`)).toEqual([
      'outside never-matches',
      'moot shadowed',
      'careless wide',
      'careless wide',
    ]);
    expect(guestlist(['allowlist', 'check', path, '--strict']).status).toBe(1);
  });
});

describe('guestlist allowlist test', () => {
  function folderWith(expectations: Readonly<Record<string, unknown>>): string {
    const folder = ownFolder();
    writeFileSync(join(folder, 'allowlist.yaml'), readFileSync(ALLOWLIST));
    writeFileSync(join(folder, 'world.json'), JSON.stringify(demoWorld));
    for (const [name, expectation] of Object.entries(expectations)) {
      mkdirSync(join(folder, name));
      const entry = deniedCall({
        insertId: name,
        project: 'acme-ml',
        caller: asServiceAccount('chat@acme-ml.iam.gserviceaccount.com'),
      });
      writeFileSync(join(folder, name, 'entry.json'), JSON.stringify(entry));
      writeFileSync(join(folder, name, 'expect.json'), JSON.stringify(expectation));
    }
    return folder;
  }

  it('passes when every case is decided as expected, by the expected rule', () => {
    const result = guestlist([
      'allowlist',
      'test',
      folderWith({ chat: { decision: 'apply', rule: 'sandbox-workloads' } }),
    ]);
    expect([result.status, result.out]).toEqual([0, 'ok     chat\n1 passed, 0 failed\n']);
  });

  it('fails, and says how, when one is not', () => {
    const folder = folderWith({
      a: { decision: 'propose' },
      b: { decision: 'apply', rule: 'payments-is-off-limits' },
      c: { decision: 'apply' },
    });
    const result = guestlist(['allowlist', 'test', folder]);
    expect(result.status).toBe(1);
    expect(result.out).toContain('FAILED a: expected propose, got apply');
    expect(result.out).toContain('FAILED b: expected rule payments-is-off-limits to match');
    expect(result.out).toContain('1 passed, 2 failed');
  });

  it('exits 2 for an expectation that it cannot read, and for no cases', () => {
    expect(guestlist(['allowlist', 'test', folderWith({ a: { decide: 'apply' } })]).status).toBe(2);
    expect(guestlist(['allowlist', 'test', folderWith({})]).status).toBe(2);
    expect(guestlist(['allowlist', 'tset', '.']).status).toBe(2);
  });
});

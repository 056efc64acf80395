import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readFolder } from './configuration.ts';

const deployed = await readFolder('deploy');
// Tables are padded.
const readme = readFileSync('deploy/README.md', 'utf8').replaceAll(/ +/g, ' ');

describe("the ledger's database", () => {
  const records = /interface Records \{([\s\S]*?)\}/.exec(readFileSync('src/ledger/records.ts', 'utf8'))?.[1] ?? '';
  const collections = [...records.matchAll(/readonly (\w+):/g)].map((match) => match[1] ?? '');

  it('has settings for every collection that the code has', () => {
    expect(collections.length).toBeGreaterThan(5);
    expect(deployed.locals.collections).toEqual(collections);
  });

  it('expires documents by the field that the code writes, and indexes no bodies', () => {
    const store = readFileSync('src/google/firestore-store.ts', 'utf8');
    const fields = deployed.resources.filter(({ type }) => type === 'google_firestore_field');
    const [body, expiry] = fields.map((field) => field.body);
    expect(store).toMatch(/const fields = \{ body, at, due, keepUntil: .*, expireAt \}/);
    expect(expiry).toEqual(expect.objectContaining({ field: 'expireAt', ttl_config: [{}], index_config: [{}] }));
    expect(body).toEqual(expect.objectContaining({ field: 'body', index_config: [{}] }));
    expect(fields.map((field) => field.body.for_each)).toEqual(Array(2).fill('${toset(local.collections)}'));
  });

  it('is described in the README with every collection', () => {
    const rows = readme.match(/^\| ledger, .*$/gm)?.join('\n') ?? '';
    expect(collections.filter((name) => !rows.includes(`\`${name}\``))).toEqual([]);
  });

  it.each([
    [
      'claim-entry.ts',
      'KEEP_ENTRY_MILLISECONDS = 14 * DAY',
      '`entries` | that an entry was handled; no content | 14 days',
    ],
    ['incident-record.ts', 'KEEP_MILLISECONDS = 90 * DAY', '90 days'],
    ['hold-work.ts', 'KEEP_ROUND_MILLISECONDS = 90 * DAY', '90 days'],
    ['grant-book.ts', 'KEEP_MILLISECONDS = 5 * 365 * DAY', '5 years'],
    ['proposal-book.ts', 'KEEP_MILLISECONDS = 400 * DAY', '400 days'],
    ['caller-watch.ts', 'KEEP_MILLISECONDS = 2 * DAY', '2 days'],
    ['take-turns.ts', 'keepUntil: now() + DAY', '1 day, twice'],
    ['count-grants.ts', 'keepUntil: now + 2 * window', "twice the limit's window"],
    ['create-ledger.ts', 'keepUntil: at + 365 * DAY', '365 days'],
  ])('keeps documents as long as the README says: %s, %s', (file, code, text) => {
    expect(readFileSync(`src/ledger/${file}`, 'utf8')).toContain(code);
    expect(readme).toContain(text);
  });
});

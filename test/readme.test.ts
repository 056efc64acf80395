import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GUARDS } from '../src/decision/guards/all-guards.ts';
import { helpOfGrant } from '../src/diagnosis/diagnosis.ts';
import reportSchema from '../src/report/report.schema.json' with { type: 'json' };
import { guestlist } from './cli/run-command.ts';

const readme = readFileSync('README.md', 'utf8');
const config = ['src/config.ts', 'src/channel-config.ts', 'src/console-config.ts']
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

describe('the README', () => {
  it('links only to files that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)]
      .map((match) => match[1] ?? '')
      .filter((link) => !link.startsWith('http'));
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !existsSync(link))).toEqual([]);
  });

  it('lists the causes of the code, in their order', () => {
    const table = readme.slice(readme.indexOf('## Causes'), readme.indexOf('## Decisions'));
    expect([...table.matchAll(/^\| `([a-z-]+)`\s*\|/gm)].map((match) => match[1])).toEqual(Object.keys(helpOfGrant));
  });

  it('lists every guard', () => {
    const table = readme.slice(readme.indexOf('### Guards'), readme.indexOf('## The command line'));
    expect([...table.matchAll(/^\| `([a-z-]+)`\s*\|/gm)].map((match) => match[1])).toEqual(Object.keys(GUARDS));
  });

  it('documents every variable that the function reads, and no other', () => {
    const read = new Set([...config.matchAll(/GUESTLIST_[A-Z_]+/g)].map((match) => match[0]));
    const documented = new Set([...readme.matchAll(/`(GUESTLIST_[A-Z_]+)`/g)].map((match) => match[1]));
    expect([...documented].toSorted()).toEqual([...read].toSorted());
  });

  it('lists every event that is logged', () => {
    const table = readme.slice(readme.indexOf('### What it logs'), readme.indexOf('## Deploy'));
    const events = [...readFileSync('src/event-log.ts', 'utf8').matchAll(/event: '([a-z-]+)'/g)].map(
      (match) => match[1],
    );
    expect([...table.matchAll(/^\| `([a-z]+-[a-z-]+)`/gm)].map((match) => match[1]).toSorted()).toEqual(
      events.toSorted(),
    );
  });

  it('tells of each backtest that it shows what comes out', () => {
    const section = readme.slice(readme.indexOf('## Backtest'), readme.indexOf('## Run the function'));
    const shown = [...section.matchAll(/^npm run backtest -- (.+)$/gm)].map((match) =>
      guestlist(['backtest', ...(match[1] ?? '').split(' ')]),
    );
    expect(shown.map(({ status }) => status)).toEqual([0, 0]);
    expect(shown[0]?.out).toMatch(/^7 grants if look-ups confirm it/);
    expect(shown[1]?.out).toMatch(/^4 grants, and 3 more/);
    expect(section).toMatch(/Offline, 7 grants would have been made.*and 4 of them are sure/s);
  });

  it('links each threat to tests that are named after one', () => {
    const table = readme.slice(readme.indexOf('Each threat that'), readme.indexOf('## Causes'));
    const files = new Set([...table.matchAll(/\]\((test\/[^)]+)\)/g)].map((match) => match[1] ?? ''));
    expect(files.size).toBeGreaterThan(10);
    expect([...files].filter((file) => !readFileSync(file, 'utf8').includes('threat'))).toEqual([]);
  });

  it('names only scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    const named = [...readme.matchAll(/npm run (?:--silent )?([a-z:]+)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

describe('the report schema', () => {
  it('knows the causes of the code, and no other', () => {
    expect(reportSchema.properties.diagnosis.properties.cause.enum).toEqual(Object.keys(helpOfGrant));
  });
});

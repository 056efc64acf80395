import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllowlist } from '../../src/decision/parse-allowlist.ts';
import { keysAt } from './at.ts';
import { readFolder, readTexts } from './configuration.ts';

const readme = readFileSync('deploy/README.md', 'utf8');
const prose = readme.replaceAll(/```[\s\S]*?```/g, '');
const deployed = await readFolder('deploy');
const anchors = [...readme.matchAll(/^#+ (.+)$/gm)].map((match) =>
  (match[1] ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-'),
);

describe('deploy/README.md', () => {
  it('links only to files and headings that are there', () => {
    const links = [...prose.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(7);
    const missing = links.filter((link) =>
      link.startsWith('#') ? !anchors.includes(link.slice(1)) : !existsSync(join('deploy', link)),
    );
    expect(missing).toEqual([]);
  });

  it('has a runbook for each alert, and no other', () => {
    const section = readme.slice(readme.indexOf('## Runbooks'), readme.indexOf('### Writes without a record'));
    const headings = [...section.matchAll(/^### (.+)$/gm)].map((match) => match[1]);
    const alone = [...readFileSync('deploy/alerts.tf', 'utf8').matchAll(/README\.md#([a-z-]+)"/g)].map(
      (match) => match[1],
    );
    expect(headings.toSorted()).toEqual(
      ['sightings', 'console_sightings', 'states']
        .flatMap((kind) => keysAt(deployed.locals, kind))
        .concat(alone.map(String))
        .toSorted(),
    );
  });

  it('names every file of the module, and none that is not there', () => {
    const table = readme.slice(readme.indexOf('## What it makes'), readme.indexOf('## What each account'));
    const named = [...table.matchAll(/`([a-z-]+\.tf)`/g)].map((match) => match[1]);
    const rest = ['apis.tf', 'audit-config.tf', 'outputs.tf', 'variables.tf', 'versions.tf'];
    expect([...named, ...rest].toSorted()).toEqual(
      readdirSync('deploy')
        .filter((file) => file.endsWith('.tf'))
        .toSorted(),
    );
  });

  it('names scripts and commands that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    const called = [...readme.matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1] ?? '');
    expect(called.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    const usage = readFileSync('src/cli/guestlist.ts', 'utf8');
    const commands = [...readme.matchAll(/(?:npx )?guestlist (allowlist check|grants|undo|approve|doctor)\b/g)];
    expect(commands.filter((match) => !usage.includes(`guestlist ${match[1]}`))).toEqual([]);
  });

  it('names variables and outputs that the module has', () => {
    const set = [...prose.matchAll(/`?([a-z_]+) = (?:true|false|\[|")/g)].map((match) => match[1] ?? '');
    const known = Object.keys(deployed.variables);
    expect(set.filter((name) => !known.includes(name) && name !== 'ttl')).toEqual([]);
    const outputs = [...readme.matchAll(/output(?:s? -raw|) `?([a-z]+_[a-z_]+)/g)].map((match) => match[1] ?? '');
    expect(outputs.length).toBeGreaterThan(2);
    expect(outputs.filter((name) => !Object.hasOwn(deployed.outputs, name))).toEqual([]);
  });

  it('shows HCL that can be read', async () => {
    const blocks = [...readme.matchAll(/```hcl\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
    expect(blocks.length).toBeGreaterThan(0);
    for (const block of blocks) await expect(readTexts({ 'block.tf': block })).resolves.toBeDefined();
  });
});

describe('the examples of deploy/', () => {
  it.each([
    'deploy/allowlist.example.yaml',
    'deploy/examples/one-folder-propose-only/allowlist.yaml',
    'deploy/examples/console/allowlist.yaml',
  ])('%s is an allowlist without faults that grants nothing yet', (file) => {
    const reading = parseAllowlist(readFileSync(file, 'utf8'));
    expect(reading).toEqual(expect.objectContaining({ kind: 'allowlist' }));
    expect(reading.kind === 'allowlist' ? reading.allowlist.mode : '').toBe('propose');
  });

  it.each([
    'deploy/terraform.tfvars.example',
    'deploy/examples/one-folder-propose-only/terraform.tfvars',
    'deploy/examples/console/terraform.tfvars',
  ])('%s sets variables that the module has, every required one, and not apply', async (file) => {
    const { all } = await readTexts({ 'values.tf': readFileSync(file, 'utf8') });
    const values = all[0]?.body ?? {};
    const required = Object.entries(deployed.variables).filter(([, body]) => !Object.hasOwn(body, 'default'));
    expect(Object.keys(values).filter((name) => !Object.hasOwn(deployed.variables, name))).toEqual([]);
    expect(required.map(([name]) => name).filter((name) => !Object.hasOwn(values, name))).toEqual([]);
    expect(values.apply ?? false).toBe(false);
    const allowlist = join(dirname('deploy/x'), String(values.allowlist_file));
    expect(existsSync(allowlist) || values.allowlist_file === 'allowlist.yaml').toBe(true);
  });
});

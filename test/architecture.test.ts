import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The stages in the order of a denial's way: each may import itself and what stands before it. */
const STAGES = ['iam', 'ingest', 'denial', 'diagnosis', 'decision', 'remediation', 'report', 'ledger'] as const;

/** The files at the top that put the stages together; they have no effects of their own either. */
const TOP_LEVEL_STAGES = [
  'approve-proposal.ts',
  'carry-out.ts',
  'dismiss-proposal.ts',
  'examine.ts',
  'go-on.ts',
  'pipeline.ts',
  'share-calls.ts',
  'tell-turn.ts',
  'undo-grant.ts',
  'work-on-denial.ts',
];

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join('src', file), 'utf8') }));

function importsOf(file: string, text: string): readonly string[] {
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '');
  return specifiers.map((specifier) => normalize(join(dirname(file), specifier)));
}

const folderOf = (file: string) => (file.includes('/') ? (file.split('/')[0] ?? '') : '');

describe('the sources', () => {
  it('import one way only, along the way of a denial', () => {
    const wrong = files.flatMap(({ file, text }) => {
      const at = STAGES.map(String).indexOf(folderOf(file));
      if (at < 0) return [];
      const allowed: readonly string[] = STAGES.slice(0, at + 1);
      const allowedFiles = ['redeliver.ts', 'share-calls.ts', 'share-answers.ts', 'load-package.ts'];
      return importsOf(file, text)
        .filter((target) => !allowed.includes(folderOf(target)) && !allowedFiles.includes(target))
        .map((target) => `${file} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('keep the pages apart from the command line and from the local world', () => {
    const pages = files.filter(({ file }) => folderOf(file) === 'console');
    expect(pages.length).toBeGreaterThan(20);
    const wrong = pages.flatMap(({ file, text }) =>
      importsOf(file, text).filter((target) => ['cli', 'local'].includes(folderOf(target))),
    );
    expect(wrong).toEqual([]);
  });

  it('do not let iam import anything but itself', () => {
    const iam = files.filter(({ file }) => folderOf(file) === 'iam');
    expect(
      iam.flatMap(({ file, text }) => importsOf(file, text)).filter((target) => folderOf(target) !== 'iam'),
    ).toEqual([]);
  });

  it('touch network, files, clock, environment, console and chance in their own rooms only', () => {
    const effects =
      /\bprocess\.(?:env|stdout|stderr|exit)|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bconsole\.(?:log|info|warn|error)|from 'node:(?:fs|net|http|https|child_process|dgram|tls)/;
    const stages = files.filter(
      ({ file }) =>
        STAGES.some((stage) => stage === folderOf(file)) ||
        folderOf(file) === 'sweep' ||
        folderOf(file) === 'backtest' ||
        TOP_LEVEL_STAGES.includes(file),
    );
    expect(stages.filter(({ text }) => effects.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('name the permissions that each call to Google needs', () => {
    for (const file of [
      'google/policy-access.ts',
      'google/firestore-store.ts',
      'google/project-finder.ts',
      'google/role-reader.ts',
      'google/storage-object.ts',
      'google/logging-client.ts',
      'google/log-history.ts',
      'google/project-list.ts',
      'google/pubsub-topic.ts',
    ]) {
      expect(files.find((candidate) => candidate.file === file)?.text).toMatch(/Needs `[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+`/);
    }
  });

  it('build no RegExp from a text, and escape no types', () => {
    expect(
      files
        .filter(({ text }) => /new RegExp\(|: any\b|\bas any\b|as unknown as|@ts-/.test(text))
        .map(({ file }) => file),
    ).toEqual([]);
  });
});

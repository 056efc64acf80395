import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../src/report/render-markdown.ts';
import { renderDigestText, renderText } from '../../src/report/render-text.ts';
import { fullDigest, fullReport } from '../fixtures/full-report.ts';

const posting = { report: fullReport(), news: 'opened' } as const;

describe('a report as text', () => {
  it('looks like this', async () => {
    await expect(renderText(posting)).toMatchFileSnapshot('golden/full-report.txt');
  });

  it('shows commands so that they can be pasted as they stand', () => {
    const command = posting.report.undo?.gcloud.split('\n').map((line) => `  ${line}`) ?? [];
    expect(renderText(posting)).toContain(command.join('\n'));
  });
});

describe('a report as Markdown', () => {
  it('looks like this', async () => {
    await expect(renderMarkdown(posting)).toMatchFileSnapshot('golden/full-report.md');
  });
});

describe('a digest as text', () => {
  it('looks like this', async () => {
    await expect(renderDigestText(fullDigest())).toMatchFileSnapshot('golden/full-digest.txt');
  });
});

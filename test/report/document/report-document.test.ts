import { describe, expect, it } from 'vitest';
import { type Block, blocksOf, type Document } from '../../../src/report/document/document.ts';
import { reportDocument } from '../../../src/report/document/report-document.ts';
import type { NewsKind } from '../../../src/report/posting.ts';
import type { Outcome, Report } from '../../../src/report/report.ts';
import { fullReport } from '../../fixtures/full-report.ts';
import { reportFor } from '../../fixtures/report.ts';

const documentOf = (report: Report, news: NewsKind = 'opened', wholeLink: string | null = null) =>
  reportDocument({ report, news }, wholeLink);

function linesOf(document: Document, heading: string): readonly string[] {
  return document.sections
    .filter((section) => section.heading === heading)
    .flatMap((section) => blocksOf(section, document.wholeIs))
    .flatMap(linesOfBlock);
}

function linesOfBlock(block: Block): readonly string[] {
  switch (block.kind) {
    case 'links':
      return block.links.map(({ label, url }) => `${label} ${url}`);
    case 'title':
    case 'code':
      return [block.text];
    case 'line':
    case 'item':
      return [`${block.label ?? ''}|${block.text}`];
  }
}

describe('a report as a document', () => {
  it('begins with the two lines, and tells the rest in the order of its reader', () => {
    const { what, next, sections } = documentOf(fullReport());
    expect(what).toBe(
      'alice@example.com was refused a call to gemini-2.5-flash in acme-ml: probably it has no role there.',
    );
    expect(next).toBe('Granted Agent Platform User (roles/aiplatform.user). Call again in a few minutes.');
    expect(sections.map(({ heading }) => heading)).toEqual([
      'Decision',
      'Why',
      'What to do',
      'Undo',
      'The call',
      'Rules that did not match',
      'Links',
    ]);
  });

  it('names the rule that said so and the guards that stopped it, and counts the others', () => {
    expect(linesOf(documentOf(fullReport()), 'Decision')).toEqual([
      'Apply|rule sandbox-people allows it',
      'Matched|rule sandbox-people (allow): everything it names covers this denial',
      'Failed|guard certainty-is-enough: the rule wants certain',
      'Held|1 other guard',
    ]);
    expect(linesOf(documentOf(fullReport()), 'Rules that did not match')).toEqual([
      '|payments-is-off-limits (forbid): another project',
    ]);
  });

  it('tells what could not be read as plainly as what is known', () => {
    expect(linesOf(documentOf(fullReport()), 'Why')).toEqual([
      'missing-role, likely|user:alice@example.com holds no role with aiplatform.endpoints.predict on project acme-ml.',
      'Known|entry: refused aiplatform.endpoints.predict',
      'Not there|project policy: no effective binding of user:alice@example.com',
      'Could not be read|folders/456: its policy may not be read',
    ]);
  });

  it('gives times to the second and in UTC, and says how often the call was refused', () => {
    expect(documentOf(fullReport()).footer).toBe(
      'Incident i-000000000000000000000000: refused 3 times, first at 2026-11-24 02:14:07 UTC, last at 2026-11-24 02:14:09 UTC. Report r-000000000000000000000000.',
    );
    expect(documentOf(reportFor('proposed')).footer).toContain(': refused once, at 2026-11-24 02:14:07 UTC.');
  });

  it('links to the log entry, to IAM, and to all of it where there is a page of it', () => {
    const labels = (wholeLink: string | null) =>
      linesOf(documentOf(fullReport(), 'opened', wholeLink), 'Links').map((line) => line.split(' https:')[0]);
    expect(labels(null)).toEqual(['Open the log entry', 'Open IAM']);
    expect(labels('https://guestlist.example.com/')).toEqual([
      'Open the whole report',
      'Open the log entry',
      'Open IAM',
    ]);
  });

  it('says where the whole is, with and without such a page', () => {
    expect(documentOf(fullReport()).wholeIs).toBe('in Cloud Logging, as report r-000000000000000000000000');
    expect(documentOf(fullReport(), 'opened', 'https://guestlist.example.com/').wholeIs).toBe(
      'behind “Open the whole report”',
    );
  });

  it('knows in which blocks indentation counts, so that a medium that drops it can say so', () => {
    const perimeter = (text: string) => ({ kind: 'perimeter', title: 'x', text }) as const;
    const remedies = [perimeter('gcloud a'), perimeter('resource "x" {\n  a = 1\n}'), perimeter('- a:\n    - b')];
    const document = documentOf({ ...fullReport(), remedies, undo: null });
    const blocks = document.sections.flatMap((section) => blocksOf(section, document.wholeIs));
    expect(blocks.flatMap((block) => (block.kind === 'code' ? [block.language] : []))).toEqual([
      'shell',
      'terraform',
      'indented',
    ]);
  });

  it('keeps no link that does not lead into the console', () => {
    const report = fullReport();
    const remedies = [
      { ...report.remedies[0], kind: 'note', title: 'x', text: 'y', link: 'https://evil.example/' },
    ] as const;
    const document = documentOf({ ...report, remedies, denial: { ...report.denial, logLink: 'javascript:alert(1)' } });
    expect(JSON.stringify(document)).not.toMatch(/evil|javascript/);
  });
});

describe('the badge of a report', () => {
  it.each<[NewsKind, Outcome['kind'], string, string]>([
    ['opened', 'proposed', 'New · waits for a person', 'attention'],
    ['opened', 'applied', 'New · granted', 'good'],
    ['repeated', 'advised', 'Again · no grant made', 'attention'],
    ['changed', 'refused', 'Changed · grant refused by Google', 'bad'],
    ['approved', 'applied', 'Approved · granted', 'good'],
    ['verified', 'applied', 'Works now', 'good'],
    ['did-not-help', 'failed', 'Grant did not help', 'bad'],
    ['gone', 'failed', 'Grant is gone', 'bad'],
    ['undone', 'advised', 'Grant taken back', 'neutral'],
    ['ended', 'applied', 'Grant has ended', 'neutral'],
  ])('says of %s, %s: %s', (news, outcome, badge, tone) => {
    expect(documentOf(reportFor(outcome), news)).toEqual(expect.objectContaining({ badge, tone }));
  });

  it('is alarming when the caller looks like probing, or is Guestlist itself', () => {
    const report = reportFor('advised');
    const probing = { ...report, diagnosis: { ...report.diagnosis, cause: 'reconnaissance' } } as const;
    expect(documentOf(probing).tone).toBe('bad');
  });
});

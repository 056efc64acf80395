import { describe, expect, it } from 'vitest';
import { digestDocument } from '../../../src/report/document/digest-document.ts';
import { renderDigestMarkdown } from '../../../src/report/render-markdown.ts';
import { renderDigestText } from '../../../src/report/render-text.ts';
import { fullDigest } from '../../fixtures/full-report.ts';

const nothing = {
  ...fullDigest(),
  openProposals: [],
  grantsMade: [],
  grantsThatEndSoon: [],
  causes: [],
  ignored: [],
  hoursSaved: 0,
};

describe('a digest as a document', () => {
  it('says first what happened, and what to do about it', () => {
    expect(digestDocument(fullDigest())).toEqual(
      expect.objectContaining({
        tone: 'attention',
        what: '3 incidents, 1 grant made, 0 failed, 1 proposal waits for a person.',
        next: 'Decide the proposals: guestlist approve p-000000000000000000000000 applies the first one.',
      }),
    );
  });

  it('puts grants that went wrong before everything else', () => {
    const { tone, next } = digestDocument({ ...fullDigest(), grantsThatFailed: fullDigest().grantsMade });
    expect({ tone, next }).toEqual({
      tone: 'bad',
      next: 'First look at the grants that did not help, or are gone.',
    });
  });

  it('says that nothing waits when nothing does', () => {
    expect(digestDocument(nothing)).toEqual(
      expect.objectContaining({ tone: 'good', next: 'Nothing waits for a person.' }),
    );
  });

  it('says that its numbers are lower bounds when there was more than it looked at', () => {
    expect(digestDocument({ ...nothing, isCut: true }).next).toContain('the numbers are lower bounds');
  });

  it('calls the hours saved an estimate, in every form', () => {
    for (const text of [renderDigestText(fullDigest()), renderDigestMarkdown(fullDigest())])
      expect(text.replaceAll('\\', '')).toMatch(/Estimate.*about 2\.5 hours/);
  });

  it('tells what was ignored, why, and how often', () => {
    expect(renderDigestText(fullDigest())).toContain('- 12 calls, rule load-tests mutes it');
  });

  it('shows no part that is empty', () => {
    expect(renderDigestText(nothing)).not.toMatch(/Proposals that wait|Causes|Ignored/);
  });
});

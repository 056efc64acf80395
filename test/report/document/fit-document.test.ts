import { describe, expect, it } from 'vitest';
import { blocksOf, type Document, type Piece, type Rank, sectionOf } from '../../../src/report/document/document.ts';
import { fitDocument, without } from '../../../src/report/document/fit-document.ts';

const piece = (rank: Rank, text: string, title: string | null = null): Piece => ({
  rank,
  title,
  blocks: [{ kind: 'line', label: null, text }],
});

function documentOf(pieces: readonly Piece[]): Document {
  return {
    tone: 'neutral',
    badge: 'New',
    what: 'what',
    next: 'next',
    sections: [sectionOf('Section', 'notes', pieces)],
    footer: 'footer',
    wholeIs: 'elsewhere',
  };
}

/** Every text of a document, as the simplest of media would show it. */
function draw({ what, next, sections, footer, wholeIs }: Document): readonly string[] {
  const texts = sections.flatMap((section) =>
    blocksOf(section, wholeIs).map((block) => ('text' in block ? block.text : '')),
  );
  return [what, next, ...texts, footer];
}

describe('a document in a medium that is too small for it', () => {
  const pieces = [
    piece('further-rule', 'rule'),
    piece('core', 'core'),
    piece('alternative', 'other way', 'Other way'),
    piece('next-step', 'first way', 'First way'),
    piece('call', 'call'),
  ];

  it('is shown whole where it fits', () => {
    const shown = fitDocument(documentOf(pieces), draw, () => true);
    expect(shown).toEqual(['what', 'next', 'rule', 'core', 'other way', 'first way', 'call', 'footer']);
  });

  it('loses what matters least, keeps its order, and says what was left out and where it is', () => {
    const shown = fitDocument(documentOf(pieces), draw, (texts) => texts.length <= 7);
    expect(shown).toEqual([
      'what',
      'next',
      'core',
      'first way',
      'call',
      '“Other way” and 1 more, for length. The whole is elsewhere.',
      'footer',
    ]);
  });

  it('keeps the two lines, the footer and the note when nothing else fits', () => {
    const shown = fitDocument(documentOf(pieces), draw, () => false);
    expect(shown).toEqual([
      'what',
      'next',
      '“Other way”, “First way” and 3 more, for length. The whole is elsewhere.',
      'footer',
    ]);
  });

  it('leaves out as little as it can', () => {
    const many = Array.from({ length: 100 }, (_, index) => piece('call', `fact ${index}`));
    for (const room of [5, 37, 99, 102]) {
      const shown = fitDocument(documentOf(many), draw, (texts) => texts.length <= room);
      expect(shown).toHaveLength(room);
      expect(shown.at(-2)).toBe(`${104 - room} of the notes, for length. The whole is elsewhere.`);
    }
  });

  it('measures a few times only, however long it is', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => piece('call', `fact ${index}`));
    let measured = 0;
    fitDocument(documentOf(many), draw, (texts) => {
      measured += 1;
      return texts.length <= 50;
    });
    expect(measured).toBeLessThan(20);
  });

  it('names four titles at most', () => {
    const many = Array.from({ length: 9 }, (_, index) => piece('alternative', 'x', `Way ${index}`));
    expect(draw(without(documentOf(many), () => true))[2]).toBe(
      '“Way 0”, “Way 1”, “Way 2”, “Way 3” and 5 more, for length. The whole is elsewhere.',
    );
  });
});

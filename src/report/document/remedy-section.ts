import type { Remedy, Report } from '../report.ts';
import { type Block, type Language, type Piece, type Section, sectionOf } from './document.ts';
import { consoleLink } from './link-to.ts';
import { plainLines, plainText, plainTitle } from './plain-lines.ts';

/** The first remedies are the way out, with the steps of a longer one; the others are other ways to the same. */
const FIRST_REMEDIES = 4;

/** What a person can do, in order. A command is shown whole or not at all. */
export function remedySection({ remedies }: Report): readonly Section[] {
  return remedies.length === 0 ? [] : [sectionOf('What to do', 'remedies', remedies.map(remedyPiece))];
}

/** How to take the grant back. */
export function undoSection({ undo }: Report): readonly Section[] {
  if (undo === null) return [];
  const title = 'Take the grant back';
  const blocks: readonly Block[] = [
    { kind: 'code', language: 'shell', text: plainLines(undo.gcloud) },
    ...linkBlock('Open IAM', undo.console),
  ];
  return [sectionOf('Undo', 'commands', [{ rank: 'undo', title, blocks }])];
}

const LANGUAGES: Readonly<Record<Remedy['kind'], (text: string) => Language | null>> = {
  console: () => null,
  note: () => null,
  gcloud: () => 'shell',
  terraform: () => 'terraform',
  perimeter: (text) => {
    if (text.startsWith('resource ')) return 'terraform';
    return /^ /m.test(text) ? 'indented' : 'shell';
  },
};

function remedyPiece({ kind, title, text, link }: Remedy, index: number): Piece {
  const language = LANGUAGES[kind](text);
  const body: readonly Block[] =
    language === null
      ? plainLines(text)
          .split('\n')
          .map((line) => ({ kind: 'line', label: null, text: plainText(line) }))
      : [{ kind: 'code', language, text: plainLines(text) }];
  return {
    rank: index < FIRST_REMEDIES ? 'next-step' : 'alternative',
    title: plainTitle(title),
    blocks: [
      { kind: 'title', text: plainTitle(title) },
      ...body.filter(hasText),
      ...(link === undefined ? [] : linkBlock('Open in the Google Cloud console', link)),
    ],
  };
}

function hasText(block: Block): boolean {
  return !('text' in block) || block.text.trim() !== '';
}

function linkBlock(label: string, url: string): readonly Block[] {
  const links = consoleLink(label, url);
  return links.length === 0 ? [] : [{ kind: 'links', links }];
}

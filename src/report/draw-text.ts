import { type Block, blocksOf, type Document, type Section } from './document/document.ts';

/** A document as plain text: the two lines, then each part under its heading, indented. */
export function drawText(document: Document): string {
  const { what, next, badge, sections, footer, wholeIs } = document;
  return [what, next, `[${badge}]`, ...sections.flatMap((section) => sectionLines(section, wholeIs)), '', footer].join(
    '\n',
  );
}

function sectionLines(section: Section, wholeIs: string): readonly string[] {
  const blocks = blocksOf(section, wholeIs);
  if (blocks.length === 0) return [];
  const firstTitle = blocks.findIndex(({ kind }) => kind === 'title');
  return [
    '',
    section.heading,
    ...blocks.flatMap((block, index) => [
      ...(block.kind === 'title' && index > 0 ? [''] : []),
      ...lines(block).map((line) => `${firstTitle < 0 || block.kind === 'title' ? '  ' : '    '}${line}`),
    ]),
  ];
}

function lines(block: Block): readonly string[] {
  switch (block.kind) {
    case 'line':
      return [block.label === null ? block.text : `${block.label}: ${block.text}`];
    case 'item':
      return [`- ${block.label}, ${block.text}`];
    case 'title':
      return [block.text];
    case 'code':
      return block.text.split('\n');
    case 'links':
      return block.links.map(({ label, url }) => `${label}: ${url}`);
  }
}

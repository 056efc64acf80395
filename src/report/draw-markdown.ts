import { type Block, blocksOf, type Document, type Language, type Section } from './document/document.ts';
import { escapeMarkdown } from './escape-markdown.ts';

/** A document as GitHub-flavoured Markdown. */
export function drawMarkdown(document: Document): string {
  const { what, next, badge, sections, footer, wholeIs } = document;
  return [
    `# ${escapeMarkdown(what)}`,
    '',
    escapeMarkdown(next),
    '',
    `**${escapeMarkdown(badge)}**`,
    ...sections.flatMap((section) => sectionLines(section, wholeIs)),
    '',
    escapeMarkdown(footer),
    '',
  ].join('\n');
}

function sectionLines(section: Section, wholeIs: string): readonly string[] {
  const blocks = blocksOf(section, wholeIs);
  if (blocks.length === 0) return [];
  const drawn = blocks.flatMap((block, index) => [
    ...(isJoined(block, blocks[index - 1] ?? null) ? [] : ['']),
    ...lines(block),
  ]);
  return ['', `## ${escapeMarkdown(section.heading)}`, ...drawn];
}

// Items of one list, and lines of one paragraph, stand together; everything else is set apart.
function isJoined(block: Block, before: Block | null): boolean {
  return before !== null && before.kind === block.kind && (block.kind === 'item' || block.kind === 'line');
}

function lines(block: Block): readonly string[] {
  switch (block.kind) {
    case 'line':
      // Two spaces at the end break the line.
      return [
        block.label === null
          ? `${escapeMarkdown(block.text)}  `
          : `**${escapeMarkdown(block.label)}:** ${escapeMarkdown(block.text)}  `,
      ];
    case 'item':
      return [`- **${escapeMarkdown(block.label)}**, ${escapeMarkdown(block.text)}`];
    case 'title':
      return [`### ${escapeMarkdown(block.text)}`];
    case 'code':
      return fence(LANGUAGES[block.language], block.text);
    case 'links':
      return [block.links.map(({ label, url }) => `[${escapeMarkdown(label)}](${url})`).join(' · ')];
  }
}

const LANGUAGES: Readonly<Record<Language, string>> = { shell: 'sh', terraform: 'hcl', indented: 'text' };

// One backtick more than the longest run inside, so nothing inside can end the fence.
function fence(language: string, text: string): readonly string[] {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const ticks = '`'.repeat(longest + 1);
  return [`${ticks}${language}`, text, ticks];
}

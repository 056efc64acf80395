import { SIGNS } from './document/badge.ts';
import { type Block, blocksOf, type Document, type Link, type Section, type Tone } from './document/document.ts';
import { fitDocument, hasCodeOver, without } from './document/fit-document.ts';

/** A message as the Teams workflow "When a Teams webhook request is received" takes it. */
export interface TeamsMessage {
  readonly type: 'message';
  readonly attachments: readonly [
    { readonly contentType: 'application/vnd.microsoft.card.adaptive'; readonly content: TeamsCard },
  ];
}

/** The part of an Adaptive Card that Guestlist uses. */
export interface TeamsCard {
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  readonly type: 'AdaptiveCard';
  readonly version: '1.4';
  readonly msteams: { readonly width: 'Full' };
  readonly body: readonly TeamsElement[];
}

/** Text that is never read as Markdown, as that of a TextBlock is; or buttons that open a page. */
export type TeamsElement =
  | {
      readonly type: 'RichTextBlock';
      readonly inlines: readonly TeamsRun[];
      readonly separator?: true;
      readonly spacing?: TeamsSpacing;
    }
  | { readonly type: 'Container'; readonly style: 'emphasis'; readonly items: readonly TeamsElement[] }
  | { readonly type: 'ActionSet'; readonly actions: readonly TeamsAction[] };

/** A stretch of text in one style. */
export interface TeamsRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly weight?: 'Bolder';
  readonly size?: 'Medium' | 'Small';
  readonly color?: 'Good' | 'Warning' | 'Attention';
  readonly fontType?: 'Monospace';
  readonly isSubtle?: true;
}

/** Opens a page; a webhook's card can do nothing else. */
export interface TeamsAction {
  readonly type: 'Action.OpenUrl';
  readonly title: string;
  readonly url: string;
}

type TeamsSpacing = 'None' | 'Small' | 'Medium';
type Style = Omit<TeamsRun, 'type' | 'text'>;

/** 28 KB are documented; failures were measured above 21 KB. */
const LARGEST_BYTES = 21_000;

/** A document as an Adaptive Card, cut to what Teams takes. */
export function drawTeams(document: Document): TeamsMessage {
  return fitDocument(
    without(document, hasCodeOver(LARGEST_BYTES)),
    draw,
    (message) => Buffer.byteLength(JSON.stringify(message)) <= LARGEST_BYTES,
  );
}

function draw(document: Document): TeamsMessage {
  const { what, next, badge, tone, sections, footer, wholeIs } = document;
  const body = [
    text([...runs(`${SIGNS[tone]} ${badge}`, { weight: 'Bolder', ...COLORS[tone] })]),
    text([...runs(what, { weight: 'Bolder', size: 'Medium' })], 'Small'),
    text([...runs(next)], 'Small'),
    ...sections.flatMap((section) => sectionElements(section, wholeIs)),
    text([...runs(footer, { size: 'Small', isSubtle: true })], 'Medium'),
  ];
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body,
        },
      },
    ],
  };
}

const COLORS: Readonly<Record<Tone, Style>> = {
  good: { color: 'Good' },
  attention: { color: 'Warning' },
  bad: { color: 'Attention' },
  neutral: {},
};

function sectionElements(section: Section, wholeIs: string): readonly TeamsElement[] {
  const elements = blocksOf(section, wholeIs).flatMap(blockElements);
  if (elements.length === 0) return [];
  const inlines = runs(section.heading, { weight: 'Bolder' });
  return [{ type: 'RichTextBlock', inlines, separator: true, spacing: 'Medium' }, ...elements];
}

function blockElements(block: Block): readonly TeamsElement[] {
  switch (block.kind) {
    case 'line':
      return [text([...label(block.label, ': '), ...runs(block.text)], 'Small')];
    case 'item':
      return [text([...runs('• '), ...label(block.label, ', '), ...runs(block.text)], 'Small')];
    case 'title':
      return [text([...runs(block.text, { weight: 'Bolder' })], 'Medium')];
    case 'code':
      return [
        ...(block.language === 'indented' ? [INDENTATION] : []),
        { type: 'Container', style: 'emphasis', items: [text([...runs(block.text, { fontType: 'Monospace' })])] },
      ];
    case 'links':
      return [{ type: 'ActionSet', actions: block.links.map(action) }];
  }
}

// Teams draws several spaces as one, and with them what is pasted from it.
const INDENTATION = text(
  [...runs('Indentation counts here, and Teams does not keep it: set it again after pasting.', { isSubtle: true })],
  'Small',
);

function label(words: string | null, end: string): readonly TeamsRun[] {
  return words === null ? [] : runs(`${words}${end}`, { weight: 'Bolder' });
}

// `{{DATE(…)}}` and `{{TIME(…)}}` are read in any text: their two braces never stand in one run.
function runs(words: string, style: Style = {}): readonly TeamsRun[] {
  return words
    .split(/(?<=\{)(?=\{(?:DATE|TIME)\()/)
    .filter((part) => part !== '')
    .map((part) => ({ type: 'TextRun', text: part, ...style }));
}

function text(inlines: readonly TeamsRun[], spacing: TeamsSpacing = 'None'): TeamsElement {
  return { type: 'RichTextBlock', inlines, spacing };
}

function action({ label: title, url }: Link): TeamsAction {
  return { type: 'Action.OpenUrl', title, url };
}

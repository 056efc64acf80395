import { shortLine } from '../quote-shell.ts';

/**
 * A report or a digest as every medium tells it: its text is plain, on its lines and cut to length, so that a renderer
 * has only to escape it, and what does not fit is left out piece by piece.
 */
export interface Document {
  readonly tone: Tone;
  /** What is new, in a word or two. */
  readonly badge: string;
  /** The two lines that are never cut. */
  readonly what: string;
  readonly next: string;
  readonly sections: readonly Section[];
  /** Which report of which incident it is. */
  readonly footer: string;
  /** Where what was left out can be read; ends a sentence that begins with "The whole is". */
  readonly wholeIs: string;
}

/** How a message looks at a glance. */
export type Tone = 'good' | 'attention' | 'bad' | 'neutral';

/** One part of a document under a heading of its own. */
export interface Section {
  readonly heading: string;
  /** What its pieces are called when some without a title are left out: "facts". */
  readonly counted: string;
  readonly pieces: readonly Piece[];
  /** What was left out; a note stands in its place. */
  readonly cut: readonly Piece[];
}

/** What is shown whole or left out whole: a note of evidence, a remedy with its command. */
export interface Piece {
  readonly rank: Rank;
  /** By which it is named when it is left out, or null where such pieces are only counted. */
  readonly title: string | null;
  readonly blocks: readonly Block[];
}

/** The order in which pieces matter: the last is left out first. The way on is the link to the whole. */
export const RANKS = [
  'way-on',
  'core',
  'next-step',
  'undo',
  'telling',
  'call',
  'alternative',
  'further-evidence',
  'further-rule',
] as const;

/** How much a piece matters. */
export type Rank = (typeof RANKS)[number];

/** The smallest thing a renderer draws. Labels are Guestlist's own words; texts may be anybody's. */
export type Block =
  | { readonly kind: 'line'; readonly label: string | null; readonly text: string }
  | { readonly kind: 'item'; readonly label: string; readonly text: string }
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'code'; readonly language: Language; readonly text: string }
  | { readonly kind: 'links'; readonly links: readonly Link[] };

/** What a block of code is written in; `indented` is text whose indentation counts. */
export type Language = 'shell' | 'terraform' | 'indented';

/** An address to open; made by `linkTo` only. */
export interface Link {
  readonly label: string;
  readonly url: string;
}

/** A section with nothing left out. */
export function sectionOf(heading: string, counted: string, pieces: readonly Piece[]): Section {
  return { heading, counted, pieces, cut: [] };
}

/** The blocks of a section, with a note where something was left out. */
export function blocksOf({ pieces, cut, counted }: Section, wholeIs: string): readonly Block[] {
  const shown = withJoinedLinks(pieces.flatMap(({ blocks }) => blocks));
  return cut.length === 0
    ? shown
    : [...shown, { kind: 'line', label: 'Left out', text: noteOn(cut, counted, wholeIs) }];
}

function withJoinedLinks(blocks: readonly Block[]): readonly Block[] {
  const joined: Block[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (block.kind === 'links' && last?.kind === 'links')
      joined.splice(-1, 1, { kind: 'links', links: [...last.links, ...block.links] });
    else joined.push(block);
  }
  return joined;
}

const NAMED = 4;
const LONGEST_NAME = 100;

function noteOn(cut: readonly Piece[], counted: string, wholeIs: string): string {
  const titles = cut.flatMap(({ title }) => title ?? []);
  const named = titles.slice(0, NAMED).map((title) => `“${shortLine(title, LONGEST_NAME)}”`);
  const others = cut.length - named.length;
  const rest = others === 0 ? [] : [titles.length === 0 ? `${others} of the ${counted}` : `${others} more`];
  return `${[named.join(', '), ...rest].filter((part) => part !== '').join(' and ')}, for length. The whole is ${wholeIs}.`;
}

import type { Button, KnownBlock, MrkdwnElement, PlainTextElement } from '@slack/types';
import { SIGNS } from './document/badge.ts';
import { blocksOf, type Document, type Link, type Piece, type Section } from './document/document.ts';
import { fitDocument, hasCodeOver, without } from './document/fit-document.ts';
import { type LineBlock, type Run, runsOf } from './document/runs.ts';
import { escapeAngles } from './escape-html.ts';

/** A message as an incoming webhook or `chat.postMessage` takes it. It names nobody and unfolds no link. */
export interface SlackMessage {
  /** For notifications, and for clients that draw no blocks. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

/** What Slack takes (docs.slack.dev/reference/block-kit/blocks); the total is undocumented (slackapi/bolt-js#2509). */
const LIMITS = { blocks: 50, total: 13_000, text: 3_000, header: 150 } as const;

/** A document in Block Kit, cut to what Slack takes. Texts are plain; titles and commands are escaped mrkdwn. */
export function drawSlack(document: Document): SlackMessage {
  return fitDocument(without(without(document, hasCodeOver(LIMITS.text)), isTooLong), draw, fits);
}

// With its fence, and escaped.
function isTooLong({ blocks }: Piece): boolean {
  return blocks.some((block) => block.kind === 'code' && codeText(block.text).text.length > LIMITS.text);
}

function fits({ blocks }: SlackMessage): boolean {
  return blocks.length <= LIMITS.blocks && JSON.stringify(blocks).length <= LIMITS.total;
}

function draw(document: Document): SlackMessage {
  const { what, next, badge, tone, sections, footer, wholeIs } = document;
  return {
    text: escapeAngles(`${what}\n${next}`),
    blocks: [
      { type: 'context', elements: [plain(`${SIGNS[tone]} ${badge}`)] },
      what.length <= LIMITS.header ? { type: 'header', text: plain(what) } : { type: 'section', text: bold(what) },
      ...textBlocks([next]),
      ...sections.flatMap((section) => sectionBlocks(section, wholeIs)),
      { type: 'context', elements: [plain(footer)] },
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

function sectionBlocks(section: Section, wholeIs: string): readonly KnownBlock[] {
  const blocks = blocksOf(section, wholeIs);
  if (blocks.length === 0) return [];
  return [{ type: 'divider' }, { type: 'section', text: bold(section.heading) }, ...runsOf(blocks).flatMap(runBlocks)];
}

function runBlocks(run: Run): readonly KnownBlock[] {
  switch (run.kind) {
    case 'text':
      return [...titleBlocks(run.title), ...textBlocks(run.lines.map(lineOf))];
    case 'code':
      return codeBlocks(run.title, run.text);
    case 'links':
      return [{ type: 'actions', elements: run.links.map(button) }];
  }
}

function titleBlocks(title: string | null): readonly KnownBlock[] {
  return title === null ? [] : [{ type: 'section', text: bold(title) }];
}

// A title and its command share a block where they can: Slack takes few of them.
function codeBlocks(title: string | null, text: string): readonly KnownBlock[] {
  const head = bold(title ?? '');
  const code = codeText(text);
  const joined = `${head.text}\n${code.text}`;
  const isOne = head.type === 'mrkdwn' && code.type === 'mrkdwn' && joined.length <= LIMITS.text;
  return title !== null && isOne
    ? [{ type: 'section', text: mrkdwn(joined), expand: true }]
    : [...titleBlocks(title), { type: 'section', text: code, expand: true }];
}

function lineOf(block: LineBlock): string {
  if (block.kind === 'item') return `• ${block.label}, ${block.text}`;
  return block.label === null ? block.text : `${block.label}: ${block.text}`;
}

// Bold needs mrkdwn, which would read other signs as well: a text that holds one stays plain.
function bold(text: string): PlainTextElement | MrkdwnElement {
  return /[*_~`]|:[^\s:]+:/.test(text) ? plain(text) : mrkdwn(`*${escapeAngles(text)}*`);
}

// As many lines in one block as it takes.
function textBlocks(lines: readonly string[]): readonly KnownBlock[] {
  const texts: string[] = [];
  for (const line of lines.filter((text) => text !== '')) {
    const joined = `${texts.at(-1) ?? ''}\n${line}`;
    if (texts.length > 0 && joined.length <= LIMITS.text) texts.splice(-1, 1, joined);
    else texts.push(line);
  }
  return texts.map(textBlock);
}

function textBlock(text: string): KnownBlock {
  return { type: 'section', text: plain(text) };
}

// A backtick could end the fence, and the rest would be formatted: such a command is shown as plain text.
function codeText(text: string): PlainTextElement | MrkdwnElement {
  return text.includes('`') ? plain(text) : mrkdwn(`\`\`\`\n${escapeAngles(text)}\n\`\`\``);
}

function plain(text: string): PlainTextElement {
  return { type: 'plain_text', text, emoji: false };
}

// Verbatim: no address, channel or name in it becomes a link by itself.
function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

function button({ label, url }: Link): Button {
  return { type: 'button', text: plain(label), url };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestDocument } from '../../src/report/document/digest-document.ts';
import { blocksOf, type Document } from '../../src/report/document/document.ts';
import { reportDocument } from '../../src/report/document/report-document.ts';
import type { ChatMessage } from '../../src/report/draw-chat.ts';
import type { SlackMessage } from '../../src/report/draw-slack.ts';
import type { TeamsElement, TeamsMessage } from '../../src/report/draw-teams.ts';
import { renderChat, renderDigestChat } from '../../src/report/render-chat.ts';
import { renderDigestHtml, renderHtml } from '../../src/report/render-html.ts';
import { renderDigestMarkdown, renderMarkdown } from '../../src/report/render-markdown.ts';
import { renderDigestSlack, renderSlack } from '../../src/report/render-slack.ts';
import { renderDigestTeams, renderTeams } from '../../src/report/render-teams.ts';
import { renderDigestText, renderText } from '../../src/report/render-text.ts';
import { filledWith, hostileDigests, hostilePostings } from './hostile-reports.ts';

const WHOLE = 'https://guestlist.example.com/i/1';
const RUNS = { numRuns: Number(process.env.FUZZ_RUNS ?? 80) };

// Control and bidirectional characters, and halves of characters; a line end is one that Guestlist set.
const UNSEEN = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\u2028\u2029]/u;
const OWN_LINK = /^https:\/\/(?:console\.cloud\.google\.com\/|guestlist\.example\.com\/i\/1$)[^\s<>"'()|]*$/;

/** Every text in a JSON value, as a client would read it. */
function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

/** Every value under a key, wherever it stands. */
function valuesOf(value: unknown, key: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, found]) => (name === key ? [found] : valuesOf(found, key)));
}

function withoutEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function commandsOf(document: Document): readonly string[] {
  return document.sections
    .flatMap((section) => blocksOf(section, document.wholeIs))
    .flatMap((block) => (block.kind === 'code' ? [block.text] : []));
}

function expectNothingUnseen(value: unknown): void {
  for (const text of stringsIn(value)) expect(text).not.toMatch(UNSEEN);
}

function expectOwnLinks(value: unknown): void {
  for (const url of valuesOf(value, 'url')) expect(url).toMatch(OWN_LINK);
}

function expectSafeSlack(message: SlackMessage, { what, next, ...document }: Document): void {
  const { blocks, text } = message;
  expectNothingUnseen(message);
  expectOwnLinks(message);
  expect(withoutEntities(text)).toBe(`${what}\n${next}`);
  const marked = blocks.flatMap((block) =>
    block.type === 'section' && block.text?.type === 'mrkdwn' ? [block.text] : [],
  );
  for (const { text: mrkdwn, verbatim } of [...marked, { text, verbatim: true }]) {
    expect(verbatim).toBe(true);
    // Mentions and links need an open angle; entities are the three that Slack reads.
    expect(mrkdwn).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
  }
  const fenced = marked
    .flatMap(({ text: mrkdwn }) => /^(?:\*[^*_~`]*\*\n)?```\n([^`]*)\n```$/.exec(mrkdwn)?.[1] ?? [])
    .map(withoutEntities);
  const commands = commandsOf({ what, next, ...document });
  expect(fenced.filter((command) => !commands.includes(command))).toEqual([]);
  const bold = marked.flatMap(({ text: mrkdwn }) => /^\*([^*_~`]*)\*$/.exec(mrkdwn)?.[1] ?? []).map(withoutEntities);
  expect(marked).toHaveLength(fenced.length + bold.length);
  const shown = [...stringsIn(blocks), ...bold];
  expect(shown).toContain(what);
  if (next !== '') expect(shown).toContain(next);
}

function expectSlackLimits({ blocks }: SlackMessage): void {
  expect(blocks.length).toBeLessThanOrEqual(50);
  expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(13_000);
  for (const block of blocks) {
    if (block.type === 'header') expect(block.text.text.length).toBeLessThanOrEqual(150);
    if (block.type === 'section') expect(block.text?.text.length).toBeLessThanOrEqual(3_000);
    if (block.type === 'section') expect(block.text?.text.length).toBeGreaterThan(0);
    if (block.type === 'context' || block.type === 'actions') expect(block.elements.length).toBeLessThanOrEqual(10);
  }
  for (const url of valuesOf(blocks, 'url')) expect(String(url).length).toBeLessThanOrEqual(3_000);
}

const CHAT_TAG = /<\/?(?:b|i|pre)>|<br>/g;

function expectSafeChat(message: ChatMessage, document: Document): void {
  expectNothingUnseen(message);
  expectOwnLinks(message);
  expect(message.fallbackText).not.toMatch(/[<>]/);
  expect(message).not.toHaveProperty('text');
  const { sections, header } = message.cardsV2[0].card;
  expect(header.title).toMatch(/^\S+ [A-Za-z ·]+$/);
  const texts = valuesOf(sections, 'textParagraph').flatMap((found) => stringsIn(found));
  for (const text of texts) expect(text.replace(CHAT_TAG, '')).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
  expect(withoutEntities((texts[0] ?? '').replace(CHAT_TAG, ''))).toBe(`${document.what}${document.next}`);
  const fenced = texts.flatMap((text) => /^<pre>([\s\S]*)<\/pre>$/.exec(text)?.[1] ?? []).map(withoutEntities);
  const commands = commandsOf(document);
  expect(fenced.filter((command) => !commands.includes(command))).toEqual([]);
}

function expectSafeTeams(message: TeamsMessage, document: Document): void {
  expectNothingUnseen(message);
  expectOwnLinks(message);
  // A TextBlock and a FactSet read Markdown; a RichTextBlock does not. Dates are read in any of them.
  const types = new Set(valuesOf(message.attachments, 'type'));
  const known = ['AdaptiveCard', 'RichTextBlock', 'TextRun', 'Container', 'ActionSet', 'Action.OpenUrl'];
  expect([...types].filter((type) => !known.includes(String(type)))).toEqual([]);
  const { body } = message.attachments[0].content;
  expect(JSON.stringify(body)).not.toMatch(/\{\{(?:DATE|TIME)\(/);
  expect(textOf(body.slice(1, 3))).toBe(`${document.what}${document.next}`);
  const commands = commandsOf(document);
  const boxed = body.filter((element) => element.type === 'Container').map((element) => textOf([element]));
  expect(boxed.filter((command) => !commands.includes(command))).toEqual([]);
}

function textOf(elements: readonly TeamsElement[]): string {
  return elements
    .map((element) => {
      if (element.type === 'RichTextBlock') return element.inlines.map(({ text }) => text).join('');
      return element.type === 'Container' ? textOf(element.items) : '';
    })
    .join('');
}

const HTML_TAG =
  /<(?:!doctype html|html lang="en"|\/?(?:html|head|title|style|body|main|h1|h2|h3|p|ul|li|b|pre|code|a|footer|article)|meta (?:charset|http-equiv|name)="[^<>]*"|article class="[a-z]+"|p class="[a-z]+"|a href="https:\/\/[^\s"<>]+" rel="noreferrer")>/g;

function expectSafeHtml(page: string): void {
  expect(page).not.toMatch(UNSEEN);
  const [head = '', body = ''] = page.split('</head>');
  expect(head.replace(/<style>[^<]*<\/style>/, '').replace(HTML_TAG, '')).not.toMatch(/[<>]/);
  expect(body.replace(HTML_TAG, '')).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
  for (const [, url] of body.matchAll(/href="([^"]*)"/g)) expect(url?.replaceAll('&amp;', '&')).toMatch(OWN_LINK);
}

function bytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

describe('threat: text of an entry that becomes formatting, a mention or a link', () => {
  it('Slack reads every text back as that text, and no link but ours', () => {
    fc.assert(
      fc.property(hostilePostings, (posting) => {
        expectSafeSlack(renderSlack(posting, WHOLE), reportDocument(posting, WHOLE));
      }),
      RUNS,
    );
  });

  it('Google Chat reads every text back as that text, in no tag but ours', () => {
    fc.assert(
      fc.property(hostilePostings, (posting) => {
        expectSafeChat(renderChat(posting, WHOLE), reportDocument(posting, WHOLE));
      }),
      RUNS,
    );
  });

  it('Teams gets no text in a form that it reads as Markdown or as a date', () => {
    fc.assert(
      fc.property(hostilePostings, (posting) => {
        expectSafeTeams(renderTeams(posting, WHOLE), reportDocument(posting, WHOLE));
      }),
      RUNS,
    );
  });

  it('a page holds no tag but ours', () => {
    fc.assert(
      fc.property(hostilePostings, (posting) => {
        expectSafeHtml(renderHtml(posting, WHOLE));
      }),
      RUNS,
    );
  });

  it('text and Markdown hold no character that is not seen', () => {
    fc.assert(
      fc.property(hostilePostings, (posting) => {
        expect(renderText(posting, WHOLE)).not.toMatch(UNSEEN);
        expect(renderMarkdown(posting, WHOLE)).not.toMatch(UNSEEN);
      }),
      RUNS,
    );
  });

  it('a digest is as safe as a report, in every medium', () => {
    fc.assert(
      fc.property(hostileDigests, (digest) => {
        const document = digestDocument(digest);
        expectSafeSlack(renderDigestSlack(digest), document);
        expectSafeChat(renderDigestChat(digest), document);
        expectSafeTeams(renderDigestTeams(digest), document);
        expectSafeHtml(renderDigestHtml(digest));
        expect(renderDigestText(digest)).not.toMatch(UNSEEN);
        expect(renderDigestMarkdown(digest)).not.toMatch(UNSEEN);
      }),
      RUNS,
    );
  });
});

describe('threat: text of an entry that is too long for a medium, so that nothing is told', () => {
  it('any report and any digest keep within the limits of Slack, Google Chat and Teams', () => {
    fc.assert(
      fc.property(hostilePostings, hostileDigests, (posting, digest) => {
        expectSlackLimits(renderSlack(posting, WHOLE));
        expectSlackLimits(renderDigestSlack(digest));
        for (const message of [renderChat(posting, WHOLE), renderDigestChat(digest)])
          expect(bytes(message)).toBeLessThanOrEqual(32_000);
        for (const message of [renderTeams(posting, WHOLE), renderDigestTeams(digest)])
          expect(bytes(message)).toBeLessThanOrEqual(21_000);
      }),
      RUNS,
    );
  });

  it.each(['<', '&', '"', '\\', 'ß', '🎉', '{', ' x', '{{DATE(', '<!channel>'])(
    'even with 100 kB of %s in each of its texts',
    (text) => {
      const posting = { report: filledWith(text.repeat(Math.ceil(100_000 / text.length))), news: 'opened' } as const;
      const wholeLink = `https://guestlist.example.com/${'x'.repeat(1_400)}`;
      expectSlackLimits(renderSlack(posting, wholeLink));
      expect(bytes(renderChat(posting, wholeLink))).toBeLessThanOrEqual(32_000);
      expect(bytes(renderTeams(posting, wholeLink))).toBeLessThanOrEqual(21_000);
      for (const render of [renderSlack, renderChat, renderTeams]) {
        const message = JSON.stringify(render(posting, wholeLink));
        expect(message).toMatch(/Left out/);
        expect(message).toContain(`"url":"${wholeLink}"`);
      }
    },
  );
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestDocument } from '../../src/report/document/digest-document.ts';
import { type Block, blocksOf, type Document } from '../../src/report/document/document.ts';
import { reportDocument } from '../../src/report/document/report-document.ts';
import { renderDigestHtml, renderHtml } from '../../src/report/render-html.ts';
import { chromiumProgram, QUIET_BROWSER } from '../chromium-program.ts';
import { fullReport } from '../fixtures/full-report.ts';
import { ownFolder } from '../own-folder.ts';
import { filledWith, HOSTILE_TEXTS, hostileDigests, hostilePostings } from './hostile-reports.ts';

const program = chromiumProgram();
const RUNS = { numRuns: 40 };

/** A browser that asks a server on loopback for one page, and all that it did besides. */
interface Reader {
  readonly context: BrowserContext;
  readonly server: Server;
  readonly page: Page;
  readonly requests: string[];
  readonly complaints: string[];
  html: string;
}

async function openReader(executablePath: string): Promise<Reader> {
  const shown = { html: '' };
  const requests: string[] = [];
  const complaints: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(shown.html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const profile = ownFolder();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    viewport: { width: 360, height: 740 },
    args: [...QUIET_BROWSER],
  });
  const page = await context.newPage();
  page.on('request', (request) => requests.push(`page: ${request.url()}`));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return Object.assign(shown, { context, server, page, requests, complaints });
}

/** What a person reads on the page: the text of each element, in order. */
async function read(reader: Reader, html: string): Promise<readonly string[]> {
  reader.html = html;
  reader.requests.length = 0;
  reader.complaints.length = 0;
  const address = reader.server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = portUrl(address);
  await reader.page.goto(url, { waitUntil: 'load' });
  expect(reader.requests.toSorted()).toEqual(['/', `page: ${url}`]);
  expect(reader.complaints).toEqual([]);
  return reader.page.locator('h1, h2, h3, li, main p:not(.links), pre, footer, .links a').allTextContents();
}

function portUrl({ port }: AddressInfo): string {
  return `http://127.0.0.1:${port}/`;
}

/** The same as a document has it. */
function written({ badge, what, next, sections, footer, wholeIs }: Document): readonly string[] {
  const parts = sections.flatMap((section) => {
    const blocks = blocksOf(section, wholeIs);
    return blocks.length === 0 ? [] : [section.heading, ...blocks.flatMap(textsOf)];
  });
  return [badge, what, next, ...parts, footer];
}

function textsOf(block: Block): readonly string[] {
  switch (block.kind) {
    case 'line':
      return [block.label === null ? block.text : `${block.label}: ${block.text}`];
    case 'item':
      return [`${block.label}, ${block.text}`];
    case 'links':
      return block.links.map(({ label }) => label);
    case 'title':
    case 'code':
      return [block.text];
  }
}

describe.skipIf(program === null)('threat: text of an entry that becomes markup of a page, in Chromium', () => {
  let reader: Reader | null = null;
  const opened = () => {
    if (reader === null) throw new Error('no browser');
    return reader;
  };

  beforeAll(async () => {
    if (program !== null) reader = await openReader(program);
  });

  afterAll(async () => {
    await reader?.context.close();
    reader?.server.close();
  });

  it('each text shows as that text, no script runs, nothing is asked for and nothing is complained of', async () => {
    await fc.assert(
      fc.asyncProperty(hostilePostings, async (posting) => {
        expect(await read(opened(), renderHtml(posting))).toEqual(written(reportDocument(posting, null)));
      }),
      RUNS,
    );
  }, 120_000);

  it('so does each text of a digest', async () => {
    await fc.assert(
      fc.asyncProperty(hostileDigests, async (digest) => {
        expect(await read(opened(), renderDigestHtml(digest))).toEqual(written(digestDocument(digest)));
      }),
      RUNS,
    );
  }, 120_000);

  it('no text, however long, makes a phone scroll sideways', async () => {
    for (const text of [...HOSTILE_TEXTS, 'x'.repeat(20_000)]) {
      await read(opened(), renderHtml({ report: filledWith(text), news: 'opened' }));
      expect(await opened().page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    }
  }, 120_000);

  it('one click selects a whole command', async () => {
    await read(opened(), renderHtml({ report: fullReport(), news: 'opened' }));
    const command = opened().page.locator('pre').last();
    await command.click();
    expect(await opened().page.evaluate('String(getSelection())')).toBe(fullReport().undo?.gcloud);
  });

  it('its style sheet is the one that its policy lets through', async () => {
    await read(opened(), renderHtml({ report: fullReport(), news: 'opened' }));
    expect(await opened().page.evaluate('getComputedStyle(document.querySelector("article")).borderRadius')).toBe(
      '10px',
    );
  });
});

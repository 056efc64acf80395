import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/backtest/render-html.ts';
import type { BacktestResult, GrantFacts } from '../../src/backtest/result.ts';
import { demoWorld } from '../../src/local/demo/demo-world.ts';
import { html } from '../../src/report/html.ts';
import { chromiumProgram, QUIET_BROWSER } from '../chromium-program.ts';
import { fileWith, guestlist } from '../cli/run-command.ts';
import { ALLOW_CHAT, rules } from '../fixtures/case.ts';
import { ownFolder } from '../own-folder.ts';
import { tryOut } from './try-out.ts';

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><svg onload=alert(1)>',
  '{{constructor.constructor("alert(1)")()}}',
  '&lt;b&gt; &amp; \u202Egnp.exe',
] as const;

function grantOf(number: number): GrantFacts {
  return {
    project: `acme-${String(number).padStart(3, '0')}`,
    member: HOSTILE[number % HOSTILE.length] ?? '',
    role: 'roles/aiplatform.user',
    rule: number % 2 === 0 ? 'even' : 'odd',
    firstAt: new Date(Date.parse('2026-11-20T10:00:00Z') + number * 60_000).toISOString(),
    lastAt: '2026-11-20T10:00:00.000Z',
    times: 1,
    expiresAfterSeconds: number % 3 === 0 ? null : number * 3_600,
    expiresAt: null,
    needs: number % 5 === 0 ? [HOSTILE[0]] : [],
    avoided: (number * 37) % 101,
    hindsight: number === 7 ? 'reconnaissance' : null,
  };
}

async function hostileResult(): Promise<BacktestResult> {
  const result = await tryOut(rules(ALLOW_CHAT), []);
  return {
    ...result,
    isComplete: false,
    allowlist: { ...result.allowlist, name: HOSTILE[0], role: HOSTILE[1] },
    rules: HOSTILE.map((id) => ({ id, effect: 'allow', matched: 1, notKnown: 0, grants: 1, grantsIfConfirmed: 0 })),
    neverMatched: [HOSTILE[2]],
    grants: { total: 120, list: Array.from({ length: 120 }, (_, number) => grantOf(number)) },
    limits: [{ limit: HOSTILE[3], times: 2, firstAt: result.at, lastAt: result.at, projects: 1, days: ['2026-11-20'] }],
    reconnaissance: {
      total: 1,
      list: [
        {
          member: HOSTILE[1],
          firstAt: result.at,
          lastAt: result.at,
          denials: 9,
          permissions: 7,
          projects: 1,
          grants: 1,
        },
      ],
    },
    days: [{ day: '2026-11-20', apply: 3, propose: 2, advise: 1, ignore: 4, grants: 2, avoided: 1 }],
  };
}

describe('markup', () => {
  it('takes whatever is put in as text', () => {
    expect(html`<p title="${'"><b>'}">${['<', '&', "'"]}${html`<i>${7}</i>`}\u202E</p>`.markup).toContain(
      '<p title="&quot;&gt;&lt;b&gt;">&lt;&amp;&#39;<i>7</i>',
    );
    expect(html`${'\u202Eabc\u0000'}`.markup).toBe('abc');
  });
});

const program = chromiumProgram();

function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: program ?? '', headless: true, args: [...QUIET_BROWSER] });
}

describe.skipIf(program === null)('the page of a backtest, in a browser', () => {
  let browser: Browser;
  let page: Page;
  const noise: string[] = [];

  beforeAll(async () => {
    const file = join(ownFolder(), 'page.html');
    writeFileSync(file, renderHtml(await hostileResult()));
    browser = await openBrowser();
    page = await browser.newPage();
    page.on('console', (message) => noise.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => noise.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      noise.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) noise.push(`request: ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
  });

  afterAll(async () => {
    await browser?.close();
  });

  const members = () => page.locator('#grants tbody tr:not([hidden]) td:nth-child(3)').allTextContents();
  const column = (place: number) =>
    page.locator(`#grants tbody tr:not([hidden]) td:nth-child(${place})`).allTextContents();

  it('shows hostile text as text: it makes no element, runs nothing and asks for nothing', async () => {
    expect(await page.title()).toBe(`Guestlist backtest of ${HOSTILE[0]}`);
    for (const text of HOSTILE.slice(0, 5)) expect(await members()).toContain(text);
    expect(await page.locator('img, svg[onload], [onmouseover], [onerror]').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
    expect(noise).toEqual([]);
  });

  it('runs no script and loads nothing but its own, even where markup got in', async () => {
    let hits = 0;
    const server = createServer((_request, response) => {
      hits += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await page.evaluate((url) => {
      const { body } = globalThis.document;
      const script = globalThis.document.createElement('script');
      script.textContent = 'document.title = "taken over"';
      body.append(script);
      body.insertAdjacentHTML('beforeend', `<img src="${url}" onerror="document.title = 'taken over'">`);
    }, `http://127.0.0.1:${port}/x`);
    await page.waitForTimeout(300);
    expect([await page.title(), hits]).toEqual([`Guestlist backtest of ${HOSTILE[0]}`, 0]);
    expect(noise.splice(0).some((line) => line.includes('Content Security Policy'))).toBe(true);
    await new Promise((resolve) => server.close(resolve));
  });

  it('says first what it comes to, and that it is partial', async () => {
    expect(await page.locator('h1').textContent()).toMatch(/^0 grants over 0 entries\./);
    expect(await page.locator('header .alert').textContent()).toContain('Partial');
  });

  it('filters the grants as one types', async () => {
    await page.fill('#filter', 'acme-01');
    expect(await page.locator('#shown').textContent()).toBe('10 of 120 shown');
    expect(await column(2)).toEqual(Array.from({ length: 10 }, (_, number) => `acme-01${number}`));
    await page.fill('#filter', '<IMG');
    expect(await page.locator('#shown').textContent()).toBe('20 of 120 shown');
    await page.fill('#filter', '');
    expect(await page.locator('#shown').textContent()).toBe('120 of 120 shown');
  });

  it('sorts them by any column, numbers as numbers, both ways', async () => {
    const click = (name: string) => page.getByRole('button', { name, exact: true }).click();
    await click('avoided');
    const ascending = (await column(7)).map(Number);
    expect(ascending).toEqual(ascending.toSorted((one, other) => one - other));
    await click('avoided');
    expect((await column(7)).map(Number)).toEqual(ascending.toReversed());
    expect(await page.locator('th[aria-sort]').allTextContents()).toEqual(['avoided']);
    await click('lasts');
    expect([(await column(5)).at(0), (await column(5)).at(-1)]).toEqual(['1 h', 'stays']);
    await click('first');
    expect((await column(2)).at(0)).toBe('acme-000');
  });

  it('fits a narrow window, and is dark where the reader likes it dark', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate(() => globalThis.document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    const ground = () => page.evaluate(() => globalThis.getComputedStyle(globalThis.document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await ground()).toBe('rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).toBe('rgb(13, 17, 23)');
  });
});

describe.skipIf(program === null)('the page that backtest --html writes', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const file = fileWith('page.html', '');
    const limited = fileWith(
      'allowlist.yaml',
      `${readFileSync('src/local/demo/allowlist.yaml', 'utf8')}limits: { grantsPerHour: 1 }\n`,
    );
    const history = 'test/fixtures/backtest-history.jsonl';
    const world = fileWith('world.json', JSON.stringify(demoWorld));
    const { status } = guestlist(['backtest', '--allowlist', limited, '--world', world, '--html', file, history]);
    expect(status).toBe(0);
    browser = await openBrowser();
    page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
  });

  afterAll(async () => {
    await browser?.close();
  });

  const below = (heading: string) => `h2:text-is("${heading}")`;
  const rowsBelow = async (heading: string) => {
    const rows = await page
      .locator(`table:near(${below(heading)}, 60)`)
      .first()
      .locator('tbody tr')
      .all();
    return Promise.all(rows.map(async (row) => (await row.locator('td').allTextContents()).slice(0, 3).join('|')));
  };

  it('draws a bar for each kind of entry of each day, as tall as there are many', async () => {
    const heights = await page.evaluate(() =>
      [...globalThis.document.querySelectorAll('svg.timeline g')].map((day) => ({
        title: day.querySelector('title')?.textContent ?? '',
        height: [...day.querySelectorAll('rect')].reduce((sum, bar) => sum + bar.getBoundingClientRect().height, 0),
      })),
    );
    expect(heights).toHaveLength(10);
    expect(heights[0]?.title).toBe('2026-11-01: 8 refused, 1 grants, 7 avoided');
    const [most = 0, least = 0] = [Math.max, Math.min].map((of) => of(...heights.map(({ height }) => height)));
    expect(Math.round(most / least)).toBe(9);
  });

  it('lists causes, rules and grants, and tells of limits and of callers that explore', async () => {
    expect((await rowsBelow('Causes')).map((row) => row.replace(/\|$/, ''))).toContain('cross-project|9');
    expect(await rowsBelow('Rules')).toEqual([
      'sandbox-workloads|allow|25',
      'chat-uses-vision|allow|9',
      'payments-is-off-limits|forbid|5',
    ]);
    expect(await page.locator('#grants tbody tr').count()).toBe(4);
    expect(await page.locator(`${below('Limits that would have been reached')} + ul li`).textContent()).toMatch(
      /^1 grants an hour \(all rules\): 2 times in 1 project, 2026-11-09 08:01 to 2026-11-09 08:02/,
    );
    expect(await page.locator(below('Callers that look like exploring')).count()).toBe(1);
    expect(await page.getByText('scout@acme-vision').last().textContent()).toContain('serviceAccount:scout@');
  });
});

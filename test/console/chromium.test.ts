import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { asServiceAccount, asUser } from '../../src/local/demo/demo-entries.ts';
import { chromiumProgram } from '../chromium-program.ts';
import { HOSTILE_TEXTS } from '../report/hostile-reports.ts';
import { openBrowser, type Watched } from './browser.ts';
import { type ConsoleStage, openConsoleStage, refusedCall } from './console-stage.ts';
import { playScene } from './scene.ts';

const program = chromiumProgram();

describe.skipIf(program === null)('the console in Chromium', () => {
  let stage: ConsoleStage;
  let watched: Watched;

  beforeAll(async () => {
    stage = await openConsoleStage();
    await playScene(stage);
    if (program !== null) watched = await openBrowser(program, stage.proxy.url);
  }, 60_000);

  afterAll(async () => {
    await watched?.browser.close();
    await stage?.stop();
  });

  afterEach(() => {
    expect(watched.complaints.splice(0)).toEqual([]);
  });

  const at = (path: string) => `${stage.proxy.url}${path}`;
  const members = (project: string) =>
    (stage.cloud.state.policy(`projects/${project}`)?.bindings ?? [])
      .filter(({ role }) => role === 'roles/aiplatform.user')
      .flatMap(({ members: bound }) => bound);
  const linkTo = (page: Page, who: string) => page.getByRole('link', { name: new RegExp(`^${who}.* was refused`) });

  it('an approver finds a proposal, looks at it, approves it, sees that it is done, and takes it back', async () => {
    await stage.deny(refusedCall(asUser('carol@example.com')));
    const page = await watched.signIn('ada@example.com');
    await linkTo(page, 'carol').click();
    await expect(page.getByText('+ roles/aiplatform.user user:carol@example.com').textContent()).resolves.toBeTruthy();
    await page.getByRole('button', { name: 'Approve this change' }).click();
    await page.waitForURL(/done=approved$/);
    expect(await page.locator('main').textContent()).toContain('Approved · granted');
    expect(members('acme-ml')).toContain('user:carol@example.com');
    // What was done can be looked at again: neither reloading nor going back does it twice.
    await page.reload();
    await page.goBack();
    await page.goForward();
    expect(await page.locator('main').textContent()).toContain('Approved · granted');
    expect(await page.locator('.story').textContent()).toContain('Approved by ada@example.com.');
    await page.getByRole('link', { name: 'Take it back…' }).click();
    await page.getByRole('button', { name: 'Take this grant back' }).click();
    await page.waitForURL(/done=undone$/);
    expect(await page.locator('.done').textContent()).toContain('Taken back, and reported.');
    expect(members('acme-ml')).not.toContain('user:carol@example.com');
    const reasons = stage.cloud.state.writes.slice(-2).map(({ requestReason }) => requestReason);
    expect(reasons[0]).toMatch(/^guestlist incident i-[0-9a-f]{24} approved by ada@example\.com$/);
    expect(reasons[1]).toMatch(/^guestlist undo g-[0-9a-f]{24} incident i-[0-9a-f]{24} by ada@example\.com$/);
    await page.context().close();
  }, 60_000);

  it('an approver dismisses with a reason, by the keyboard alone', async () => {
    await stage.deny(refusedCall(asUser('dan@example.com')));
    const page = await watched.signIn('ada@example.com');
    const press = async (name: string | RegExp, key: string) => {
      for (let tabs = 0; tabs < 120; tabs += 1) {
        const focused = await page.evaluate('document.activeElement.textContent.trim() || document.activeElement.name');
        if (typeof focused === 'string' && (typeof name === 'string' ? focused === name : name.test(focused))) {
          const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
          expect([focused, outline]).toEqual([focused, 'solid']);
          return page.keyboard.press(key);
        }
        await page.keyboard.press('Tab');
      }
      throw new Error(`no way by Tab to ${name}`);
    };
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await press(/^dan@example.com was refused/, 'Enter');
    await page.waitForURL(/\/incidents\//);
    await press('Dismiss it instead', 'Enter');
    await press('reason', 'Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('Use the sandbox project.');
    await press('Dismiss', 'Enter');
    await page.waitForURL(/done=dismissed$/);
    expect(await page.locator('.done').textContent()).toContain('Dismissed.');
    expect(await page.locator('main').textContent()).toContain('“Use the sandbox project”');
    await page.goto(at('/'));
    expect(await linkTo(page, 'dan').count()).toBe(0);
    await page.context().close();
  }, 60_000);

  it('threat: of two browsers that race to approve, one does', async () => {
    await stage.deny(refusedCall(asUser('erin@example.com')));
    const writes = stage.cloud.state.writes.length;
    const pages = await Promise.all(['ada@example.com', 'bob@example.com'].map((email) => watched.signIn(email)));
    await Promise.all(pages.map((page) => linkTo(page, 'erin').click()));
    await Promise.all(pages.map((page) => page.getByRole('button', { name: 'Approve this change' }).click()));
    await Promise.all(pages.map((page) => page.waitForURL(/\/approve$|done=approved$/)));
    const texts = await Promise.all(pages.map((page) => page.locator('main').textContent()));
    expect(texts.filter((text) => text?.includes('Approved · granted'))).toHaveLength(1);
    expect(texts.filter((text) => text?.includes('Nothing was changed'))).toHaveLength(1);
    expect(stage.cloud.state.writes).toHaveLength(writes + 1);
    expect(watched.complaints.splice(0)).toEqual([expect.stringContaining('409')]);
    await Promise.all(pages.map((page) => page.context().close()));
  }, 60_000);

  it('whoever waits for access can look, and finds nothing to press', async () => {
    const page = await watched.signIn('alice@example.com');
    await linkTo(page, 'alice').click();
    expect(await page.getByText('You cannot approve it').count()).toBe(1);
    expect(await page.locator('form[method=post]').count()).toBe(0);
    await page.context().close();
  });

  it('threat: the owner of a service account looks like an approver, and is told why not', async () => {
    const page = await watched.signIn('olivia@example.com');
    await linkTo(page, 'search@acme-ml').click();
    await page.getByRole('button', { name: 'Approve this change' }).click();
    await page.waitForURL(/\/approve$/);
    expect(await page.locator('main').textContent()).toContain('could act as the service account');
    expect(members('acme-ml')).not.toContain('serviceAccount:search@acme-ml.iam.gserviceaccount.com');
    expect(watched.complaints.splice(0)).toEqual([expect.stringContaining('409')]);
    await page.context().close();
  });

  it('works without scripts, from the inbox to the grant', async () => {
    await stage.deny(refusedCall(asUser('frank@example.com')));
    const page = await watched.signIn('bob@example.com', { javaScriptEnabled: false });
    await linkTo(page, 'frank').click();
    await page.getByRole('button', { name: 'Approve this change' }).click();
    await page.waitForURL(/done=approved$/);
    await page.getByRole('link', { name: 'Reload' }).click();
    expect(await page.locator('main').textContent()).toContain('Approved · granted');
    await page.context().close();
  }, 60_000);

  it('tells that something new is there while it is open', async () => {
    const page = await watched.signIn('ada@example.com');
    await stage.deny(refusedCall(asUser('grace@example.com')));
    expect(await page.locator('#news').textContent()).toBe('');
    // What the page does by its timer it does too when somebody comes back to it.
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await page.getByRole('link', { name: 'Reload to see it' }).click();
    await linkTo(page, 'grace').waitFor();
    await page.context().close();
  });

  it('explains a pasted entry', async () => {
    const page = await watched.signIn('ada@example.com');
    await page.goto(at('/allowlist'));
    const chat = asServiceAccount('chat@acme-ml.iam.gserviceaccount.com');
    await page.getByLabel('Audit entry as JSON').fill(JSON.stringify(refusedCall(chat, 'acme-pay'), null, 2));
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.waitForURL(/\/explain$/);
    expect(await page.locator('main').textContent()).toContain('rule payments-is-off-limits forbids it');
    await page.context().close();
  });

  it('filters grants by project and principal, in addresses that can be shared', async () => {
    const page = await watched.signIn('bob@example.com');
    await page.goto(at('/grants'));
    await page.getByLabel('Part of the project').fill('acme-vision');
    await page.getByLabel('Part of the principal').fill('chat@');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/project=acme-vision/);
    expect(await page.locator('.rows li').count()).toBe(1);
    await page.getByLabel('Part of the principal').fill('nobody');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('No grant matches.').waitFor();
    await page.context().close();
  });

  const everyPage = async (page: Page): Promise<readonly string[]> => {
    await page.goto(at('/'));
    const incident = await page.getByRole('link', { name: /alice@example.com was refused/ }).getAttribute('href');
    await page.goto(at('/grants'));
    const grant = await page.getByRole('link', { name: 'Take it back…' }).first().getAttribute('href');
    return ['/', incident ?? '', '/grants', grant ?? '', '/activity', '/allowlist', '/nowhere'];
  };

  it.each(['light', 'dark'] as const)(
    'has no fault that axe can see, on any page, in %s colours',
    async (colorScheme) => {
      const page = await watched.signIn('ada@example.com', { colorScheme, bypassCSP: true });
      for (const path of await everyPage(page)) {
        await page.goto(at(path));
        await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
        await page.evaluate(axe.source);
        const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
        const found = violations.map(({ id, nodes }) => [path, id, nodes.map(({ html }) => html).slice(0, 3)]);
        expect(found).toEqual([]);
      }
      watched.complaints.splice(0);
      await page.context().close();
    },
    120_000,
  );

  it('fits a phone: no page scrolls sideways, and nothing to press is small', async () => {
    const page = await watched.signIn('ada@example.com', { viewport: { width: 360, height: 740 } });
    for (const path of await everyPage(page)) {
      await page.goto(at(path));
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 360]);
      const small = await page.evaluate(
        "[...document.querySelectorAll('main button:not(.copy), main .button, main input:not([type=hidden]), main select, nav a')].filter((part) => part.getClientRects().length > 0 && part.getBoundingClientRect().height < 36).map((part) => part.outerHTML)",
      );
      expect([path, small]).toEqual([path, []]);
    }
    watched.complaints.splice(0);
    await page.context().close();
  }, 60_000);

  it('is painted before its script is there', async () => {
    const page = await watched.signIn('ada@example.com');
    await page.route('**/*.js', () => {});
    await page.goto(at('/activity'), { waitUntil: 'commit' });
    await page.locator('h1').waitFor();
    const painted = "performance.getEntriesByName('first-contentful-paint').length > 0";
    await page.waitForFunction(painted);
    expect(await page.evaluate('document.readyState')).not.toBe('complete');
    await page.context().close();
  });

  it('threat: text of an entry stays text on every page, runs nothing and asks for nothing', async () => {
    for (const text of HOSTILE_TEXTS) {
      await stage.deny({
        ...refusedCall({ principalEmail: text, principalSubject: text }),
      });
      const entry = refusedCall(asUser('mallory@example.com'));
      await stage.deny({
        ...entry,
        protoPayload: { ...entry.protoPayload, resourceName: `projects/acme-ml/${text}`, methodName: text },
      });
    }
    const page = await watched.signIn('ada@example.com');
    for (const path of ['/', '/activity', '/grants']) {
      await page.goto(at(path));
      expect(await page.locator('script').count()).toBe(1);
      expect(await page.locator('main :is(img, iframe, object, embed, link, meta, base, style)').count()).toBe(0);
    }
    await page.goto(at('/activity'));
    const incidents = await page
      .locator('a[href^="/incidents/"]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    for (const path of new Set(incidents.slice(0, 30))) {
      await page.goto(at(path ?? ''));
      expect(await page.locator('script').count()).toBe(1);
      expect(await page.locator('main :is(img, iframe, object, embed, link, meta, base, style)').count()).toBe(0);
      expect(
        await page
          .locator('main a:not([href^="/"]):not([href^="https://console.cloud.google.com/"]):not([href="#main"])')
          .count(),
      ).toBe(0);
    }
    await page.context().close();
  }, 120_000);
});

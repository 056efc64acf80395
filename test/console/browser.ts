import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { QUIET_BROWSER } from '../chromium-program.ts';

/** A browser, and what went wrong on any page that was opened in it. */
export interface Watched {
  readonly browser: Browser;
  /** Messages of the pages' consoles, errors of their scripts, and requests to anywhere else. */
  readonly complaints: string[];
  /** A browser of its own for one person, signed in at the stand-in proxy. */
  signIn(email: string, options?: Parameters<Browser['newContext']>[0]): Promise<Page>;
}

/** Starts Chromium for pages of one address; anything that a page asks for elsewhere is a complaint. */
export async function openBrowser(executablePath: string, url: string): Promise<Watched> {
  const browser = await chromium.launch({ executablePath, headless: true, args: [...QUIET_BROWSER] });
  const complaints: string[] = [];
  const watch = (page: Page) => {
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${url}/`)) complaints.push(`asked for ${request.url()}`);
    });
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  };
  return {
    browser,
    complaints,
    signIn: async (email, options) => {
      const context: BrowserContext = await browser.newContext(options);
      const page = await context.newPage();
      watch(page);
      await page.goto(`${url}/`);
      await page.getByRole('button', { name: email, exact: true }).click();
      await page.waitForURL(`${url}/`);
      return page;
    },
  };
}

import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { asUser } from '../../src/local/demo/demo-entries.ts';
import { chromiumProgram } from '../chromium-program.ts';
import { openBrowser } from './browser.ts';
import { openConsoleStage, refusedCall } from './console-stage.ts';
import { playScene } from './scene.ts';

// `npm run pictures`: every page of the console in both themes, for the README.

const FOLDER = join(import.meta.dirname, 'pictures');
const SIZE = { width: 800, height: 620 };

const program = chromiumProgram();
if (program === null) process.exit(1);
const stage = await openConsoleStage();
const watched = await openBrowser(program, stage.proxy.url);
try {
  mkdirSync(FOLDER, { recursive: true });
  await playScene(stage);
  const page = await watched.signIn('ada@example.com', { viewport: SIZE });
  await take(page, 'inbox', '/');
  await page.getByRole('link', { name: /alice@example.com was refused/ }).click();
  const incident = new URL(page.url()).pathname;
  await take(page, 'incident', incident);
  await take(page, 'grants', '/grants');
  await page.getByRole('link', { name: 'Take it back…' }).first().click();
  await take(page, 'grant', new URL(page.url()).pathname);
  await take(page, 'activity', '/activity');
  await take(page, 'allowlist', '/allowlist');
  await page.getByLabel('Audit entry as JSON').fill(JSON.stringify(refusedCall(asUser('alice@example.com'))));
  await page.getByRole('button', { name: 'Explain' }).click();
  await shoot(page, 'explained');
  const phone = await watched.signIn('ada@example.com', { viewport: { width: 390, height: 700 } });
  await take(phone, 'incident-on-a-phone', incident);
} finally {
  await watched.browser.close();
  await stage.stop();
}

async function take(page: Page, name: string, path: string): Promise<void> {
  await page.goto(`${stage.proxy.url}${path}`);
  await shoot(page, name);
}

async function shoot(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const file = join(FOLDER, `${name}-${colorScheme}.jpg`);
    writeFileSync(file, await page.screenshot({ type: 'jpeg', quality: 50 }));
    console.log(`${file}: ${Math.round(statSync(file).size / 1024)} kB`);
  }
}

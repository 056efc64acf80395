import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PROGRAM = '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The program of Chromium for tests: where it is missing they are skipped, with the reason; with `CI=true` they fail. */
export function chromiumProgram(): string | null {
  if (existsSync(PROGRAM)) return PROGRAM;
  if (process.env.CI === 'true') throw new Error('CI=true, and Chromium is not installed');
  console.warn(`skipped: Chromium is not installed (${PROGRAM})`);
  return null;
}

/** Starts a browser without a window and with an empty profile of its own. */
export function startChromium(program: string): Promise<Browser> {
  return chromium.launch({ executablePath: program, headless: true, args: QUIET });
}

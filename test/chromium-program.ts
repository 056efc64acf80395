import { existsSync } from 'node:fs';

const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Chromium for tests: where it is missing they are skipped, with the reason; with `CI=true` they fail. */
export function chromiumProgram(): string | null {
  if (existsSync(PROGRAM)) return PROGRAM;
  if (process.env.CI === 'true') throw new Error(`CI=true, and there is no ${PROGRAM}: apt-get install chromium`);
  console.warn(`skipped: there is no ${PROGRAM}; CHROMIUM names another one`);
  return null;
}

/** The switches under which a browser shows pages and does nothing else, also as root. */
export const QUIET_BROWSER = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

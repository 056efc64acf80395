import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The typings of the google provider, as the cdktf package of provider 6.50 holds them. It is large and not kept up, so
 * it is no dependency: it is fetched when a check needs it, compared with this hash and kept in a cache.
 */
const PACKAGE = '@cdktf/provider-google@16.12.1';
const SHA512 = 'KqNA/5RiFT07r0PSZ6/07cJ2zESUgbj1JchVj21iBFBZVUbD+578xA/k8eq/r0cbyEgLmg9eYWeVslaYah4DCQ==';
const CACHE = join('node_modules', '.cache', 'guestlist');
const ARCHIVE = join(CACHE, 'provider-google-16.12.1.tgz');

/** The compiled typings of some resources, by the name of their folder; a name that does not exist is left out. */
export type Typings = ReadonlyMap<string, string>;

/** Fetches typings, or says why there are none: they are skipped then. With `CI=true` they have to be there. */
export function fetchTypings(names: readonly string[]): Typings | null {
  const reason = fetchArchive();
  if (reason === null) return unpack(names);
  if (process.env.CI === 'true') throw new Error(`CI=true, and ${reason}`);
  console.warn(`skipped: ${reason}`);
  return null;
}

function fetchArchive(): string | null {
  if (spawnSync('tar', ['--version']).status !== 0) return 'tar, which unpacks the typings, is not installed';
  if (existsSync(ARCHIVE) && isGenuine(ARCHIVE)) return null;
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'fetch-'));
  try {
    const args = ['pack', '--loglevel=error', '--pack-destination', folder, PACKAGE];
    const { status, stderr, error } = spawnSync('npm', args, { encoding: 'utf8', timeout: 180_000 });
    const name = readdirSync(folder).find((file) => file.endsWith('.tgz'));
    if (status !== 0 || name === undefined)
      return `${PACKAGE} could not be fetched from the npm registry: ${error?.message ?? stderr}`;
    const fetched = join(folder, name);
    if (!isGenuine(fetched)) throw new Error(`${PACKAGE} is not the package whose hash is known here; do not use it`);
    renameSync(fetched, ARCHIVE);
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isGenuine(archive: string): boolean {
  return createHash('sha512').update(readFileSync(archive)).digest('base64') === SHA512;
}

// Several test files do this at once, so nobody unpacks where somebody else may be reading.
function unpack(names: readonly string[]): Typings {
  const folder = mkdtempSync(join(CACHE, 'unpack-'));
  try {
    const members = names.map((name) => `package/lib/${name}/index.js`);
    const unpacked = spawnSync('tar', ['-xzf', ARCHIVE, '-C', folder, ...members], { encoding: 'utf8' });
    if (unpacked.error !== undefined) throw unpacked.error;
    const found = members.map((member, index) => [names[index] ?? '', join(folder, member)] as const);
    return new Map(
      found.filter(([, path]) => existsSync(path)).map(([name, path]) => [name, readFileSync(path, 'utf8')]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

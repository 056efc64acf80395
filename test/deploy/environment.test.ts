import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keysAt } from './at.ts';
import { readFolder } from './configuration.ts';

const read = new Set(
  ['src/config.ts', 'src/channel-config.ts', 'src/console-config.ts'].flatMap(
    (file) => readFileSync(file, 'utf8').match(/GUESTLIST_[A-Z_]+/g) ?? [],
  ),
);
const deployed = await readFolder('deploy');

/** Variables that Node itself reads. */
const OF_NODE: readonly string[] = ['NODE_COMPILE_CACHE', 'NODE_ENV', 'NODE_OPTIONS'];

/** Variables that stay at their defaults, or that only a local stand-in needs. */
const LEFT_TO_DEFAULTS =
  /_ENDPOINT$|^GUESTLIST_(?:LEASE_SECONDS|SHADOW_HOLD_SECONDS|RECONNAISSANCE_\w+|SWEEP_\w+|DIGEST_HOURS)$/;

describe('the variables that deploy/ gives the functions', () => {
  const given = [
    ...keysAt(deployed.locals, 'environment'),
    ...new Set(
      ['deploy/functions.tf', 'deploy/console.tf'].flatMap(
        (file) => readFileSync(file, 'utf8').match(/GUESTLIST_[A-Z_]+(?= *=)/g) ?? [],
      ),
    ),
    ...new Set(
      readFileSync('deploy/variables.tf', 'utf8')
        .match(/"GUESTLIST_[A-Z_]+"/g)
        ?.map((name) => name.slice(1, -1)),
    ),
  ];

  it('are variables that the code reads', () => {
    expect(given.filter((name) => !read.has(name) && !OF_NODE.includes(name))).toEqual([]);
  });

  it('are all that the code reads, but those with a good default', () => {
    expect([...read].filter((name) => !given.includes(name) && !LEFT_TO_DEFAULTS.test(name))).toEqual([]);
  });
});

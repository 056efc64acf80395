/**
 * What deploy/ is ready for and the code does not have yet. Each test that lets one of these pass also sees that it is
 * still missing, so nothing stays here longer than it has to.
 */

/** npm scripts that deploy/README.md names and `package.json` does not have yet. */
export const COMING_SCRIPTS: readonly string[] = [];

/**
 * What deploy/ is ready for and the code does not have yet. Each test that lets one of these pass also sees that it is
 * still missing, so nothing stays here longer than it has to.
 */

/** Variables that the functions are given and `src/config.ts` does not read yet: push verification and chat channels. */
export const COMING_VARIABLES: readonly string[] = [
  'GUESTLIST_PUSH_ACCOUNT',
  'GUESTLIST_PUSH_AUDIENCE',
  'GUESTLIST_SLACK_WEBHOOK',
  'GUESTLIST_CHAT_WEBHOOK',
  'GUESTLIST_TEAMS_WEBHOOK',
  'GUESTLIST_WEBHOOK_URL',
  'GUESTLIST_WEBHOOK_SECRET',
];

/** npm scripts that deploy/README.md names and `package.json` does not have yet. */
export const COMING_SCRIPTS: readonly string[] = ['build'];

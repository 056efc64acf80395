import { messagePage, type Way } from './message-page.ts';
import type { Page } from './page.ts';

/** There is nothing at this address. */
export const NOT_FOUND = messagePage(
  404,
  'Not found',
  'There is no such page, or what it was about is no longer on record. Incidents are kept for 90 days after their last call.',
);

export const NOT_SIGNED_IN = messagePage(
  401,
  'Not signed in',
  'The request did not come through Identity-Aware Proxy, or what the proxy says about it does not verify. Open the console by its own address, with a Google account.',
  null,
);

export const NOT_INVITED = messagePage(
  403,
  'Not for you',
  'You are signed in, and this installation does not let you look. Its approvers may, and whom GUESTLIST_CONSOLE_VIEWERS names.',
  null,
);

export const NOT_FROM_HERE = messagePage(
  403,
  'Nothing was changed',
  'That form was not sent from a page of this console. Open the console by its own address, and do it there.',
);

/** The form of somebody else, of another browser, or of one that has forgotten its cookie. */
export function oldForm(way: Way): Page {
  const text =
    'You are signed in as somebody else than when the page was made, or the page is too old. Open it again, and do it there.';
  return messagePage(403, 'Nothing was changed', text, way);
}

export const TOO_LARGE = messagePage(413, 'Too large', 'That is larger than an audit entry can be.');

/** Something that passes by itself. */
export function notNow(way?: Way): Page {
  const text =
    'Something that is needed did not answer. Nothing is lost: do the same again in a minute, and it goes on where it stopped.';
  return messagePage(503, 'Not now', text, way);
}

export const FAILED = messagePage(
  500,
  'That went wrong',
  'The fault is on this side, and is in the log as console-failed. What was recorded is kept; look at the page again before you repeat it.',
);

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A secret of one browser, from which the tokens of its forms are made. It lives in a cookie that no other site, and no
 * other host below the same domain, can read or set (`__Host-`), so nothing has to be kept here.
 */
export function newFormKey(): string {
  return randomBytes(32).toString('base64url');
}

/** True for what `newFormKey` makes. */
export function isFormKey(text: string | undefined): text is string {
  return text !== undefined && /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** What a form carries: good for one person, one browser and one action. */
export function formToken(key: string, person: string, action: string): string {
  return createHmac('sha256', key).update(`${person}\n${action}`).digest('base64url');
}

/** True when a form was made here for this person, browser and action. */
export function isFormToken(token: string, key: string, person: string, action: string): boolean {
  const expected = Buffer.from(formToken(key, person, action));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

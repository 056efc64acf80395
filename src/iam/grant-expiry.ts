import { type Condition, isSameCondition } from './policy.ts';

/** What the titles of time-limited grants of Guestlist start with: only such bindings are ever removed by it. */
const MARK = 'guestlist_expires_';

/**
 * The condition that ends a grant by itself. `expiresAt` is in milliseconds since the epoch; `tag` makes the title
 * unique. Titles hold no spaces, so that Terraform can import the binding (registry: google_project_iam).
 */
export function expiryCondition(expiresAt: number, tag: string): Condition {
  const time = expiryTime(expiresAt);
  return {
    title: `${MARK}${time.replaceAll(/[-:TZ]/g, '')}_${tag}`,
    description: '',
    expression: `request.time < timestamp("${time}")`,
    location: '',
  };
}

/** The end of a grant as RFC 3339, in whole seconds. */
export function expiryTime(expiresAt: number): string {
  return new Date(Math.floor(expiresAt / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** The clocks of two instances differ by less than this. */
const SKEW_MILLISECONDS = 5 * 60_000;

/**
 * True when what ends at a time (RFC 3339; null for never) may be over by the clock of another instance, which then has
 * removed it. `now` is in milliseconds.
 */
export function mayBeOver(expiresAt: string | null, now: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) - SKEW_MILLISECONDS <= now;
}

/** True for a condition of ours, in exactly the form that we write, whose time is over. `now` is in milliseconds. */
export function isExpiredGrant(condition: Condition | null, now: number): boolean {
  const end = /^request\.time < timestamp\("(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"\)$/.exec(
    condition?.expression ?? '',
  )?.[1];
  const tag = /_([0-9a-f]{6})$/.exec(condition?.title ?? '')?.[1];
  if (end === undefined || tag === undefined) return false;
  const time = Date.parse(end);
  return time <= now && isSameCondition(condition, expiryCondition(time, tag));
}

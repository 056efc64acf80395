import type { Link } from './document.ts';

/** As long as Slack takes them. */
const LONGEST_URL = 3_000;

const CONSOLE = 'https://console.cloud.google.com/';

/** A link into the console; none where the address is another one, so that a forged report leads nowhere. */
export function consoleLink(label: string, url: string): readonly Link[] {
  return linkTo(label, url).filter((link) => link.url.startsWith(CONSOLE));
}

/** A link to any https address without credentials in it; none where it is not one, or too long. */
export function linkTo(label: string, url: string): readonly Link[] {
  if (!URL.canParse(url)) return [];
  const { protocol, username, password, href } = new URL(url);
  const whole = href.replace(/[^A-Za-z0-9\-._~:/?#@$&+,;=%]/gu, encodeURIComponent).replace(/[!'()*]/g, percent);
  const isPlain = protocol === 'https:' && username === '' && password === '';
  return isPlain && whole.length <= LONGEST_URL ? [{ label, url: whole }] : [];
}

// `encodeURIComponent` leaves these as they are; in Markdown and Slack they could end a link.
function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}

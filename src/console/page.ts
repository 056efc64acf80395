import { type Html, html, trusted } from '../report/html.ts';

/** What a request is answered with: a page, before its frame is put around it. */
export interface Page {
  readonly status: 200 | 400 | 401 | 403 | 404 | 409 | 413 | 500 | 503;
  readonly title: string;
  readonly section: Section | null;
  readonly main: Html;
  /** Changes when something new is to be seen; null where a page does not tell. */
  readonly mark: string | null;
}

/** The parts of the console, as its navigation names them. */
export type Section = 'inbox' | 'grants' | 'activity' | 'allowlist';

/** What every page says around its own part. */
export interface Frame {
  /** E-mail address of whoever looks; null where that is not known. */
  readonly person: string | null;
  /** True where no real proxy stands before the console: on a developer's machine. */
  readonly isStandIn: boolean;
  /** When the page was made, RFC 3339. */
  readonly at: string;
}

const SECTIONS: Readonly<Record<Section, { readonly name: string; readonly path: string }>> = {
  inbox: { name: 'Inbox', path: '/' },
  grants: { name: 'Grants', path: '/grants' },
  activity: { name: 'Activity', path: '/activity' },
  allowlist: { name: 'Allowlist', path: '/allowlist' },
};

/** Where the style sheet and the script are; their names change with what is in them, so they may be kept. */
export interface Assets {
  readonly style: string;
  readonly script: string;
}

/** A whole page. It works without its script, which only tells that something new is there. */
export function drawPage(page: Page, { person, isStandIn, at }: Frame, assets: Assets): string {
  return html`${trusted('<!doctype html>')}
<html lang="en" data-mark="${page.mark ?? ''}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · Guestlist</title>
<link rel="stylesheet" href="${assets.style}">
<script src="${assets.script}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${isStandIn ? STAND_IN : ''}
<header>
<p class="brand"><a href="/">Guestlist</a></p>
<nav aria-label="Console"><ul>${navigation(page.section)}</ul></nav>
${person === null ? '' : html`<p class="person"><span class="quiet">Signed in as</span> ${person}</p>`}
</header>
<main id="main" tabindex="-1">
<p id="news" role="status"></p>
${page.main}
</main>
<footer><p>As of ${time(at)}. <a href="">Reload</a></p></footer>
</body>
</html>
`.markup;
}

const STAND_IN = html`<aside class="stand-in" aria-label="Stand-in"><strong>Stand-in for Identity-Aware Proxy.</strong> Nobody’s sign-in is checked here: this is a demo on your own machine. <a href="/stand-in">Be somebody else</a></aside>`;

function navigation(current: Section | null): readonly Html[] {
  return Object.entries(SECTIONS).map(
    ([section, { name, path }]) =>
      html`<li><a href="${path}"${section === current ? trusted(' aria-current="page"') : ''}>${name}</a></li>`,
  );
}

/** A time of a record, to the minute, as a person reads it and as a program does. */
export function time(at: string): Html {
  const [, date = at, clock = ''] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(at) ?? [];
  return html`<time datetime="${at}" title="${at}">${date} ${clock}${clock === '' ? '' : ' UTC'}</time>`;
}

/** How long something has lasted, in its largest unit: `3 days`. `since` is RFC 3339, `now` milliseconds. */
export function lasting(since: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / 60_000));
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return plural(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? plural(hours, 'hour') : plural(Math.floor(hours / 24), 'day');
}

/** A number with its unit. */
export function plural(count: number, unit: string): string {
  return `${count.toLocaleString('en-US')} ${unit}${count === 1 ? '' : 's'}`;
}

/** A word with the colour of what it means. */
export function badge(tone: 'good' | 'attention' | 'bad' | 'neutral', text: string): Html {
  return html`<span class="badge ${tone}">${text}</span>`;
}

import { type Html, html, trusted } from '../report/html.ts';
import { SCRIPT, STYLE } from './assets.ts';
import { time } from './labels.ts';

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

/** A whole page. It works without its script. */
export function drawPage(page: Page, { person, isStandIn, at }: Frame): string {
  return html`${trusted('<!doctype html>')}
<html lang="en" data-mark="${page.mark ?? ''}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · Guestlist</title>
<link rel="stylesheet" href="${STYLE.path}">
<script src="${SCRIPT.path}" defer></script>
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

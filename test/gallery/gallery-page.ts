import { escapeHtml } from '../../src/report/escape-html.ts';
import { GALLERY_STYLE } from './gallery-style.ts';

/** One thing in every medium. */
export interface Exhibit {
  readonly id: string;
  readonly title: string;
  readonly media: readonly Medium[];
}

/** What one medium shows, as HTML, and how large what is sent is. */
export interface Medium {
  readonly name: string;
  readonly size: string;
  readonly html: string;
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The gallery as one page that loads nothing. */
export function galleryPage(exhibits: readonly Exhibit[]): string {
  const links = exhibits.map(({ id }) => `<a href="#${escapeHtml(id)}">${escapeHtml(id)}</a>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Guestlist: gallery of reports</title>
<style>${GALLERY_STYLE}</style>
</head>
<body>
<header><h1>Guestlist: reports in every medium</h1><nav>${links.join('')}</nav></header>
<main>
${exhibits.map(exhibit).join('\n')}
</main>
</body>
</html>
`;
}

function exhibit({ id, title, media }: Exhibit): string {
  return `<section class="posting" id="${escapeHtml(id)}"><h2>${escapeHtml(id)}</h2><p>${escapeHtml(title)}</p><div class="media">${media.map(medium).join('\n')}</div></section>`;
}

function medium({ name, size, html }: Medium): string {
  return `<div class="medium ${name.toLowerCase()}-medium"><h3>${escapeHtml(name)} <span>${escapeHtml(size)}</span></h3><div class="body">${html}</div></div>`;
}

import { createHash } from 'node:crypto';
import { type Block, blocksOf, type Document, type Section } from './document/document.ts';
import { escapeHtml } from './escape-html.ts';
import { PAGE_STYLE } from './page-style.ts';

/**
 * Documents as one page that stands alone: it loads nothing, runs nothing, and its own policy forbids both. Every text is
 * escaped; one tap into a command selects all of it.
 */
export function drawHtml(documents: readonly Document[]): string {
  const [first] = documents;
  const title = first === undefined || documents.length > 1 ? `Guestlist: ${documents.length} reports` : first.what;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${documents.map(article).join('\n')}
</main>
</body>
</html>
`;
}

const STYLE_HASH = createHash('sha256').update(PAGE_STYLE).digest('base64');
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

function article(document: Document): string {
  const { tone, badge, what, next, sections, footer, wholeIs } = document;
  return [
    `<article class="${tone}">`,
    `<p class="badge">${escapeHtml(badge)}</p>`,
    `<h1>${escapeHtml(what)}</h1>`,
    `<p class="next">${escapeHtml(next)}</p>`,
    ...sections.flatMap((section) => drawSection(section, wholeIs)),
    `<footer>${escapeHtml(footer)}</footer>`,
    '</article>',
  ].join('\n');
}

/** The markup of one section, line by line; nothing for an empty one. */
export function drawSection(section: Section, wholeIs: string): readonly string[] {
  const blocks = blocksOf(section, wholeIs);
  return blocks.length === 0 ? [] : [`<h2>${escapeHtml(section.heading)}</h2>`, ...blocks.flatMap(withList)];
}

// Neighbouring items are one list.
function withList(block: Block, index: number, blocks: readonly Block[]): readonly string[] {
  const isItem = block.kind === 'item';
  const isFirst = isItem && blocks[index - 1]?.kind !== 'item';
  const isLast = isItem && blocks[index + 1]?.kind !== 'item';
  return [...(isFirst ? ['<ul>'] : []), draw(block), ...(isLast ? ['</ul>'] : [])];
}

function draw(block: Block): string {
  switch (block.kind) {
    case 'line':
      return block.label === null
        ? `<p>${escapeHtml(block.text)}</p>`
        : `<p><b>${escapeHtml(block.label)}:</b> ${escapeHtml(block.text)}</p>`;
    case 'item':
      return `<li><b>${escapeHtml(block.label)}</b>, ${escapeHtml(block.text)}</li>`;
    case 'title':
      return `<h3>${escapeHtml(block.text)}</h3>`;
    case 'code':
      return `<pre><code>${escapeHtml(block.text)}</code></pre>`;
    case 'links':
      return `<p class="links">${block.links.map(({ label, url }) => `<a href="${escapeHtml(url)}" rel="noreferrer">${escapeHtml(label)}</a>`).join(' ')}</p>`;
  }
}

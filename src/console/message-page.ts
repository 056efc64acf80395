import { html } from '../report/html.ts';
import type { Page } from './page.ts';

/** A page that says one thing: what happened, and what to do now. */
export function messagePage(
  status: Page['status'],
  title: string,
  text: string,
  way: { readonly path: string; readonly name: string } | null = { path: '/', name: 'Go to the inbox' },
): Page {
  const main = html`<h1>${title}</h1><p class="lead">${text}</p>${way === null ? '' : html`<p><a class="button" href="${way.path}">${way.name}</a></p>`}`;
  return { status, title, section: null, main, mark: null };
}

/** There is nothing at this address. */
export const NOT_FOUND: Page = messagePage(
  404,
  'Not found',
  'There is no such page, or what it was about is no longer on record. Incidents are kept for 90 days after their last call.',
);

import { html } from '../report/html.ts';
import type { Page } from './page.ts';

/** Where a page leads on to. */
export interface Way {
  readonly path: string;
  readonly name: string;
}

const TO_INBOX: Way = { path: '/', name: 'Go to the inbox' };

/** A page that says one thing: what happened, and what to do now. */
export function messagePage(status: Page['status'], title: string, text: string, way: Way | null = TO_INBOX): Page {
  const button = way === null ? '' : html`<p><a class="button" href="${way.path}">${way.name}</a></p>`;
  const main = html`<h1>${title}</h1><p class="lead">${text}</p>${button}`;
  return { status, title, section: null, main, mark: null };
}

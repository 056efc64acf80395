import type { ChatMessage, ChatSection, ChatWidget } from '../../src/report/draw-chat.ts';
import { escapeHtml } from '../../src/report/escape-html.ts';

/** Draws the part of a Google Chat card that Guestlist sends, close to what Chat makes of it. */
export function drawChatMessage({ fallbackText, cardsV2: [{ card }] }: ChatMessage): string {
  const toast = `<div class="toast"><b>Guestlist</b> ${escapeHtml(fallbackText).replaceAll('\n', '<br>')}</div>`;
  const header = `<div class="head"><b>${escapeHtml(card.header.title)}</b><br>${escapeHtml(card.header.subtitle)}</div>`;
  return `${toast}<div class="chat">${header}${card.sections.map(section).join('')}</div>`;
}

function section({ header, collapsible, uncollapsibleWidgetsCount, widgets }: ChatSection): string {
  const shown = collapsible === true ? widgets.slice(0, uncollapsibleWidgetsCount) : widgets;
  const folded = widgets.slice(shown.length);
  const more =
    folded.length === 0 ? '' : `<details><summary>Show more</summary>${folded.map(widget).join('')}</details>`;
  const title = header === undefined ? '' : `<div class="title">${header}</div>`;
  return `<section>${title}${shown.map(widget).join('')}${more}</section>`;
}

// Chat reads the text of a widget as HTML, and so does this.
function widget(drawn: ChatWidget): string {
  if ('textParagraph' in drawn) return `<div class="paragraph">${drawn.textParagraph.text}</div>`;
  const buttons = drawn.buttonList.buttons.map(
    ({ text, onClick }) => `<a href="${escapeHtml(onClick.openLink.url)}">${escapeHtml(text)}</a>`,
  );
  return `<div class="actions">${buttons.join('')}</div>`;
}

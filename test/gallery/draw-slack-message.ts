import type { ActionsBlock, ContextBlock, KnownBlock, MrkdwnElement, PlainTextElement } from '@slack/types';
import type { SlackMessage } from '../../src/report/draw-slack.ts';
import { escapeHtml } from '../../src/report/escape-html.ts';

/** Draws the part of Block Kit that Guestlist sends, close to what Slack makes of it. */
export function drawSlackMessage({ text, blocks }: SlackMessage): string {
  const [first = '', second = ''] = text.split('\n');
  const toast = `<div class="toast"><b>guestlist</b> ${first}<br>${second}</div>`;
  return `${toast}<div class="slack"><div class="who"><b>Guestlist</b> <span>APP</span></div>${blocks.map(block).join('')}</div>`;
}

function block(drawn: KnownBlock): string {
  switch (drawn.type) {
    case 'divider':
      return '<hr>';
    case 'header':
      return `<div class="header">${escapeHtml(drawn.text.text)}</div>`;
    case 'section':
      return drawn.text === undefined ? '' : `<div class="section">${textOf(drawn.text)}</div>`;
    case 'context':
      return contextOf(drawn);
    case 'actions':
      return actionsOf(drawn);
    default:
      throw new Error(`the gallery cannot draw ${drawn.type}`);
  }
}

function contextOf({ elements }: ContextBlock): string {
  const texts = elements.map((element) => ('text' in element ? textOf(element) : ''));
  return `<div class="context">${texts.join(' ')}</div>`;
}

function actionsOf({ elements }: ActionsBlock): string {
  const buttons = elements.map((element) =>
    element.type === 'button' ? `<a href="${escapeHtml(element.url ?? '')}">${escapeHtml(element.text.text)}</a>` : '',
  );
  return `<div class="actions">${buttons.join('')}</div>`;
}

// In mrkdwn `&`, `<` and `>` are escaped as in HTML.
function textOf(text: PlainTextElement | MrkdwnElement): string {
  if (text.type === 'plain_text') return escapeHtml(text.text).replaceAll('\n', '<br>');
  return text.text
    .replace(/^\*(.*)\*$/m, (_, bold: string) => `<b>${bold}</b>`)
    .replace(/```\n([\s\S]*)\n```$/, (_, code: string) => `<pre>${code}</pre>`);
}

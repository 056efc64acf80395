import type { TeamsElement, TeamsMessage, TeamsRun } from '../../src/report/draw-teams.ts';
import { escapeHtml } from '../../src/report/escape-html.ts';

/** Draws the part of an Adaptive Card that Guestlist sends, close to what Teams makes of it. */
export function drawTeamsMessage({ attachments: [{ content }] }: TeamsMessage): string {
  return `<div class="teams">${content.body.map(element).join('')}</div>`;
}

function element(drawn: TeamsElement): string {
  switch (drawn.type) {
    case 'RichTextBlock': {
      const classes = ['rich', drawn.spacing ?? '', drawn.separator === true ? 'separator' : ''];
      return `<div class="${classes.join(' ')}">${drawn.inlines.map(run).join('')}</div>`;
    }
    case 'Container':
      return `<div class="emphasis">${drawn.items.map(element).join('')}</div>`;
    case 'ActionSet': {
      const buttons = drawn.actions.map(({ title, url }) => `<a href="${escapeHtml(url)}">${escapeHtml(title)}</a>`);
      return `<div class="actions">${buttons.join('')}</div>`;
    }
  }
}

// Teams breaks lines, and draws several spaces as one.
function run({ text, weight, size, color, fontType, isSubtle }: TeamsRun): string {
  const classes = [weight, size, color, fontType, isSubtle === true ? 'subtle' : undefined];
  const named = classes.filter((name) => name !== undefined).join(' ');
  return `<span class="${named}">${escapeHtml(text).replaceAll('\n', '<br>')}</span>`;
}

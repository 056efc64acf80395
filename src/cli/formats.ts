import { renderChat } from '../report/render-chat.ts';
import { renderHtmlPage } from '../report/render-html.ts';
import { renderMarkdown } from '../report/render-markdown.ts';
import { renderSlack } from '../report/render-slack.ts';
import { renderTeams } from '../report/render-teams.ts';
import { renderText } from '../report/render-text.ts';
import type { Report } from '../report/report.ts';

/** How `explain` can print a report. */
export const FORMATS = ['text', 'markdown', 'slack', 'chat', 'teams', 'html', 'json'] as const;

/** One of `FORMATS`. */
export type Format = (typeof FORMATS)[number];

/** The format of a name, or null where it names none. */
export function formatOf(name: string): Format | null {
  return FORMATS.find((format) => format === name) ?? null;
}

/** What to print for one report as soon as it is known; one JSON object a line where the format is JSON. */
export function printed(report: Report, format: Exclude<Format, 'html'>): string {
  const posting = { report, news: 'opened' } as const;
  switch (format) {
    case 'text':
      return `${renderText(posting)}\n\n${'─'.repeat(72)}\n`;
    case 'markdown':
      return `${renderMarkdown(posting)}\n`;
    case 'slack':
      return line(renderSlack(posting));
    case 'chat':
      return line(renderChat(posting));
    case 'teams':
      return line(renderTeams(posting));
    case 'json':
      return line(report);
  }
}

/** One page with all reports. */
export function printedPage(reports: readonly Report[]): string {
  return renderHtmlPage(reports.map((report) => ({ report, news: 'opened' })));
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

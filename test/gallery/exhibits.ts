import { readdirSync, readFileSync } from 'node:fs';
import { helpOfGrant } from '../../src/diagnosis/diagnosis.ts';
import type { Digest } from '../../src/report/digest-report.ts';
import { escapeHtml } from '../../src/report/escape-html.ts';
import type { NewsKind, Posting } from '../../src/report/posting.ts';
import { renderChat, renderDigestChat } from '../../src/report/render-chat.ts';
import { renderDigestHtml, renderHtml } from '../../src/report/render-html.ts';
import { renderDigestMarkdown, renderMarkdown } from '../../src/report/render-markdown.ts';
import { renderDigestSlack, renderSlack } from '../../src/report/render-slack.ts';
import { renderDigestTeams, renderTeams } from '../../src/report/render-teams.ts';
import { renderDigestText, renderText } from '../../src/report/render-text.ts';
import type { Outcome, Report } from '../../src/report/report.ts';
import { fullDigest, fullReport, longReport } from '../fixtures/full-report.ts';
import { drawChatMessage } from './draw-chat-message.ts';
import { drawSlackMessage } from './draw-slack-message.ts';
import { drawTeamsMessage } from './draw-teams-message.ts';
import type { Exhibit, Medium } from './gallery-page.ts';

const ROOT = 'test/scenarios';
const WHOLE = 'https://guestlist.example.com/incidents/i-000000000000000000000000';

/** Every cause, every kind of news, what a long report is cut to, and the digest. */
export function allExhibits(): readonly Exhibit[] {
  const reports = scenarioReports();
  const causes = Object.keys(helpOfGrant).flatMap((cause) => {
    const found = reports.find(({ name, report }) => report.diagnosis.cause === cause && !RARE.has(name));
    return found === undefined ? [] : [exhibitOf(cause, found.title, { report: found.report, news: 'opened' })];
  });
  const news = NEWS.map(([kind, outcome]) =>
    exhibitOf(`news: ${kind}`, 'A grant, and what is told about it', {
      report: { ...fullReport(), outcome },
      news: kind,
    }),
  );
  const long = exhibitOf('long', 'More than a message holds', { report: longReport(), news: 'opened' });
  return [...causes, ...news, long, digestExhibit(fullDigest())];
}

const NEWS: readonly (readonly [NewsKind, Outcome])[] = [
  ['opened', { kind: 'applied' }],
  ['repeated', { kind: 'applied' }],
  ['changed', { kind: 'refused', detail: 'a domain restriction does not allow example.com.' }],
  ['approved', { kind: 'applied', detail: 'Approved by user:bob@example.com.' }],
  ['verified', { kind: 'applied' }],
  ['did-not-help', { kind: 'failed', detail: 'Granted at 2026-11-24T02:14:10Z, and the call was refused again.' }],
  ['gone', { kind: 'failed', detail: 'Granted at 2026-11-24T02:14:10Z, and gone: somebody removed the binding.' }],
  ['undone', { kind: 'advised', detail: 'The grant was taken back by user:bob@example.com.' }],
  ['ended', { kind: 'applied' }],
];

// Scenarios that come first by name and show their cause in an uncommon form.
const RARE: ReadonlySet<string> = new Set(['missing-role-agent-identity', 'missing-role-contradictory-error']);

interface ScenarioReport {
  readonly name: string;
  readonly title: string;
  readonly report: Report;
}

function scenarioReports(): readonly ScenarioReport[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((file) => file.isDirectory())
    .flatMap(({ name }) => {
      const { title } = JSON.parse(readFileSync(`${ROOT}/${name}/scenario.json`, 'utf8'));
      const reports: readonly Report[] = JSON.parse(readFileSync(`${ROOT}/${name}/reports.json`, 'utf8'));
      return reports.map((report) => ({ name, title: String(title), report }));
    });
}

function exhibitOf(id: string, title: string, posting: Posting): Exhibit {
  const slack = renderSlack(posting, WHOLE);
  const chat = renderChat(posting, WHOLE);
  const teams = renderTeams(posting, WHOLE);
  const texts = [renderHtml(posting, WHOLE), renderText(posting, WHOLE), renderMarkdown(posting, WHOLE)] as const;
  return { id, title, media: [...cards(slack, chat, teams), ...pages(...texts)] };
}

function digestExhibit(digest: Digest): Exhibit {
  const drawn = cards(renderDigestSlack(digest), renderDigestChat(digest), renderDigestTeams(digest));
  const texts = [renderDigestHtml(digest), renderDigestText(digest), renderDigestMarkdown(digest)] as const;
  return { id: 'digest', title: 'What happened in a day', media: [...drawn, ...pages(...texts)] };
}

function cards(
  slack: ReturnType<typeof renderSlack>,
  chat: ReturnType<typeof renderChat>,
  teams: ReturnType<typeof renderTeams>,
): readonly Medium[] {
  const { length } = JSON.stringify(slack.blocks);
  return [
    {
      name: 'Slack',
      size: `${slack.blocks.length} of 50 blocks, ${length} of 13,000 characters`,
      html: drawSlackMessage(slack),
    },
    { name: 'Chat', size: `${bytesOf(JSON.stringify(chat))} of 32,000 bytes`, html: drawChatMessage(chat) },
    { name: 'Teams', size: `${bytesOf(JSON.stringify(teams))} of 21,000 bytes`, html: drawTeamsMessage(teams) },
  ];
}

function pages(html: string, text: string, markdown: string): readonly Medium[] {
  return [
    {
      name: 'HTML',
      size: `${bytesOf(html)} bytes`,
      html: `<iframe sandbox title="HTML" srcdoc="${escapeHtml(html)}"></iframe>`,
    },
    { name: 'Text', size: `${bytesOf(text)} bytes`, html: `<pre>${escapeHtml(text)}</pre>` },
    { name: 'Markdown', size: `${bytesOf(markdown)} bytes`, html: `<pre>${escapeHtml(markdown)}</pre>` },
  ];
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

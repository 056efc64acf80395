import type { Allowlist } from '../decision/allowlist.ts';
import { createExplainer } from '../explainer.ts';
import { readEntries } from '../ingest/read-entries.ts';
import type { Entry } from '../ingest/read-entry.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { reportDocument } from '../report/document/report-document.ts';
import { html } from '../report/html.ts';
import type { Report } from '../report/report.ts';
import { askSection } from './ask-entry.ts';
import type { Visitor } from './form.ts';
import { guardSection } from './guard-section.ts';
import { badge } from './labels.ts';
import type { Page } from './page.ts';
import { reportSections } from './report-sections.ts';

/** What would be decided about a pasted entry now. Looks up, writes nothing, records nothing. */
export async function explainedPage(text: string, visitor: Visitor, pipeline: Pipeline): Promise<Page> {
  const allowlist = await pipeline.allowlist();
  const asked = readOne(text);
  if (asked.kind === 'fault') return faultPage(asked.text, text, visitor, allowlist);
  const explainer = createExplainer(pipeline);
  await explainer.observe(asked.entry);
  const explained = await explainer.explain(asked.entry);
  if (explained.kind === 'unreadable')
    return faultPage(`This is no audit entry that can be understood: ${explained.reason}.`, text, visitor, allowlist);
  return answerPage(explained.report, asked.others, text, visitor, allowlist);
}

type Asked =
  | { readonly kind: 'entry'; readonly entry: Entry; readonly others: number }
  | { readonly kind: 'fault'; readonly text: string };

function readOne(text: string): Asked {
  const [first, ...others] = readEntries(text);
  if (text.trim() === '') return { kind: 'fault', text: 'Expected one audit entry as JSON, and the field was empty.' };
  if (first === undefined) return { kind: 'fault', text: 'Expected one audit entry as JSON, and the list holds none.' };
  return first.kind === 'entry'
    ? { kind: 'entry', entry: first.entry, others: others.length }
    : { kind: 'fault', text: `Expected one audit entry as JSON: ${first.reason}.` };
}

function faultPage(fault: string, text: string, visitor: Visitor, allowlist: Allowlist): Page {
  const title = 'That entry could not be read';
  const main = html`<h1>${title}</h1><p class="lead" role="alert">${fault}</p>${askSection(visitor, allowlist, text)}`;
  return { status: 400, title, section: 'allowlist', main, mark: null };
}

function answerPage(report: Report, others: number, text: string, visitor: Visitor, allowlist: Allowlist): Page {
  const posting = { report, news: 'opened' } as const;
  const { what, tone } = reportDocument(posting, null);
  const main = html`<p class="crumbs"><a href="/allowlist">Allowlist</a> › What would be decided</p>
<p>${badge(tone, `Decision: ${report.decision.kind}`)}</p>
<h1>${what}</h1>
<p class="lead">By the allowlist in force and what was looked up just now. Nothing was recorded, reported or changed.${others > 0 ? ` Only the first of ${others + 1} entries was looked at.` : ''}</p>
${reportSections(posting, { byHand: 'shown' })}
${guardSection(report)}
${askSection(visitor, allowlist, text)}`;
  return { status: 200, title: 'What would be decided', section: 'allowlist', main, mark: null };
}

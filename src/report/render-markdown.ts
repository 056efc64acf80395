import { briefingOf } from './briefing.ts';
import type { Posting } from './posting.ts';
import { plainLine } from './quote-shell.ts';
import type { Remedy } from './report.ts';

/** A report as GitHub-flavoured Markdown. Text from the entry is escaped; commands stand in fences they cannot end. */
export function renderMarkdown(posting: Posting): string {
  const { report } = posting;
  const { denial, diagnosis, decision } = report;
  const { what, next } = briefingOf(posting);
  return [
    `# ${escapeMarkdown(what)}`,
    '',
    escapeMarkdown(next),
    '',
    `**Why:** ${diagnosis.cause} (${diagnosis.certainty}). ${escapeMarkdown(diagnosis.summary)}`,
    '',
    ...diagnosis.evidence.map(
      (note) => `- ${note.state}, ${escapeMarkdown(note.source)}: ${escapeMarkdown(note.text)}`,
    ),
    '',
    `**Decision:** ${decision.kind}. ${escapeMarkdown(decision.reason)}`,
    '',
    ...decision.rules.map(
      (rule) => `- rule ${escapeMarkdown(rule.id)} (${rule.effect}): ${rule.result}, ${escapeMarkdown(rule.why)}`,
    ),
    ...decision.guards.map((guard) => `- guard ${guard.guard}: ${guard.result}, ${escapeMarkdown(guard.detail)}`),
    '',
    `**Call:** ${escapeMarkdown(denial.method)} on ${escapeMarkdown(denial.resource)} at ${escapeMarkdown(denial.at)} ([log entry](${denial.logLink}))`,
    ...report.remedies.flatMap(remedyLines),
    ...(report.undo === null
      ? []
      : ['', '## Undo it', '', ...fence('sh', report.undo.gcloud), '', `[Open IAM](${report.undo.console})`]),
    '',
  ].join('\n');
}

/** Escapes everything that Markdown or a mention could read out of a text; the result shows as the text itself. */
export function escapeMarkdown(text: string): string {
  return plainLine(text)
    .replace(/[\\`*_{}[\]()#+\-.!|~>:]/g, (char) => `\\${char}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('@', '&#64;');
}

const LANGUAGES: Readonly<Record<Remedy['kind'], string | null>> = {
  console: null,
  note: null,
  gcloud: 'sh',
  terraform: 'hcl',
  perimeter: 'text',
};

function remedyLines(remedy: Remedy): readonly string[] {
  const language = LANGUAGES[remedy.kind];
  const body =
    language === null
      ? remedy.text.split('\n').map((line) => `${escapeMarkdown(line)}  `)
      : fence(language, remedy.text);
  const link = remedy.link === undefined ? [] : ['', `[Open in the console](${remedy.link})`];
  return ['', `## ${escapeMarkdown(remedy.title)}`, '', ...body, ...link];
}

// One backtick more than the longest run inside, so nothing inside can end the fence.
function fence(language: string, text: string): readonly string[] {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const ticks = '`'.repeat(longest + 1);
  return [`${ticks}${language}`, text, ticks];
}

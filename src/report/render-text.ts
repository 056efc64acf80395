import { briefingOf } from './briefing.ts';
import type { Posting } from './posting.ts';
import { plainLine } from './quote-shell.ts';
import type { Remedy, Report } from './report.ts';

/** A report as plain text for a terminal or a mail. Text from the entry stays on its line and holds no control codes. */
export function renderText(posting: Posting): string {
  const { report } = posting;
  const { diagnosis, decision } = report;
  const { what, next } = briefingOf(posting);
  return [
    what,
    next,
    '',
    `Why       ${diagnosis.cause} (${diagnosis.certainty}): ${plainLine(diagnosis.summary)}`,
    ...diagnosis.evidence.map(
      (note) =>
        `          ${note.state === 'known' ? '+' : note.state === 'absent' ? '-' : '?'} ${plainLine(note.source)}: ${plainLine(note.text)}`,
    ),
    `Decision  ${decision.kind}: ${plainLine(decision.reason)}`,
    ...decision.rules.map(
      (rule) => `          rule ${plainLine(rule.id)} (${rule.effect}): ${rule.result}, ${plainLine(rule.why)}`,
    ),
    ...decision.guards
      .filter((guard) => guard.result !== 'held')
      .map((guard) => `          guard ${guard.guard}: ${guard.result}, ${plainLine(guard.detail)}`),
    ...denialLines(report),
    ...report.remedies.flatMap(remedyLines),
    ...(report.undo === null ? [] : ['', 'Undo it', ...indent(report.undo.gcloud)]),
    '',
    `Report ${report.id}, incident ${report.incident.id}, repeats ${report.incident.repeats}`,
  ].join('\n');
}

function denialLines({ denial }: Report): readonly string[] {
  const model = denial.model === undefined ? '' : `, model ${plainLine(denial.model)}`;
  const where = denial.location === undefined ? '' : ` in ${plainLine(denial.location)}`;
  return [
    `Call      ${plainLine(denial.method)}${where}${model} at ${denial.at}`,
    `          on ${plainLine(denial.resource)}`,
    `          ${denial.callerIp === undefined ? '' : `from ${plainLine(denial.callerIp)}, `}status ${denial.status.code} ${plainLine(denial.status.message)}`,
    `Log       ${denial.logLink}`,
  ];
}

function remedyLines(remedy: Remedy): readonly string[] {
  return [
    '',
    plainLine(remedy.title),
    ...indent(remedy.text),
    ...(remedy.link === undefined ? [] : [`    ${remedy.link}`]),
  ];
}

function indent(text: string): readonly string[] {
  return text.split('\n').map((line) => `    ${line}`);
}

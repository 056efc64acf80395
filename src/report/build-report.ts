import type { Denial } from '../denial/denial.ts';
import { logProjectName } from '../denial/denial-names.ts';
import { type Diagnosis, helpOfGrant } from '../diagnosis/diagnosis.ts';
import { digest } from '../iam/digest.ts';
import { emailOf } from '../iam/principal.ts';
import type { Intent } from '../remediation/intent.ts';
import { consoleLinks } from './console-links.ts';
import { shortLine } from './quote-shell.ts';
import { causeRemedies } from './remedies/cause-remedies.ts';
import { gcloudUndo } from './remedies/grant-commands.ts';
import { grantRemedies } from './remedies/grant-remedies.ts';
import { incidentLog, withIncidentLog } from './remedies/incident-log.ts';
import { troubleshooting } from './remedies/troubleshooter.ts';
import {
  type DenialFacts,
  type IncidentFacts,
  type Outcome,
  REPORT_SCHEMA,
  type Remedy,
  type Report,
} from './report.ts';

const TEXT_LIMIT = 1000;
const NOTES_LIMIT = 60;
const RULES_LIMIT = 100;
const PERMISSIONS_LIMIT = 200;

/** Everything a report is made from, at the end of a denial's way. */
export interface ReportParts {
  readonly denial: Denial;
  readonly intent: Intent;
  readonly outcome: Outcome;
  readonly incident: IncidentFacts;
  /** When the report is made, RFC 3339. */
  readonly at: string;
}

/** Puts a report together. The id follows from entry, incident and outcome, so the same report has the same id twice. */
export function buildReport({ denial, intent, outcome, incident, at }: ReportParts): Report {
  const { diagnosis, decision, change, project } = intent;
  const { kind, rules, guards, reason } = decision;
  const facts = denialFacts(denial, project);
  return {
    schema: REPORT_SCHEMA,
    id:
      intent.approvedBy === null ? reportId(denial.entryId, incident, outcome) : approvalReportId(intent, incident, at),
    at,
    incident,
    denial: facts,
    diagnosis: shortDiagnosis(diagnosis),
    decision: { kind, rules: fewRules(rules), guards, reason: shortLine(reason + leftOut(rules), TEXT_LIMIT) },
    change,
    outcome,
    remedies: remediesFor({ denial, intent, outcome, incident, at }, facts),
    // What was there already is not ours to take back.
    undo:
      change !== null && outcome.kind === 'applied'
        ? { gcloud: gcloudUndo(change), console: consoleLinks.iam(change.project) }
        : null,
  };
}

function remediesFor({ denial, intent, outcome, incident }: ReportParts, facts: DenialFacts): readonly Remedy[] {
  const { diagnosis, perimeter } = intent;
  if (helpOfGrant[diagnosis.cause] === 'nothing-to-do') return [];
  return [
    ...causeRemedies[diagnosis.cause]({ denial: { ...denial, perimeter }, facts }),
    ...changeRemedies(denial, intent, outcome),
    ...closerLook(denial, intent, facts),
    incidentLog(facts, incident),
  ];
}

// A log entry holds 256 KiB: of many rules those are listed that say something about this denial, and how many do not.
function fewRules(rules: Report['decision']['rules']): Report['decision']['rules'] {
  if (rules.length <= RULES_LIMIT) return rules;
  const telling = rules.filter(({ result }) => result !== 'not-matched');
  return [...telling, ...rules.filter((rule) => !telling.includes(rule))].slice(0, RULES_LIMIT);
}

function leftOut({ length }: Report['decision']['rules']): string {
  return length <= RULES_LIMIT ? '' : ` (${RULES_LIMIT} of ${length} rules are listed)`;
}

/** The same report told again for more repeats, under an id of its own. */
export function repeatReport(report: Report, denial: Denial, incident: IncidentFacts, at: string): Report {
  const facts = denialFacts(denial, report.denial.project);
  return {
    ...report,
    id: reportId(denial.entryId, incident, report.outcome),
    at,
    incident,
    denial: facts,
    remedies: withIncidentLog(report.remedies, facts, incident),
  };
}

function reportId(entryId: string, incident: IncidentFacts, outcome: Outcome): string {
  return `r-${digest([entryId, incident.id, outcome.kind])}`;
}

// An approval is about an entry that was reported before.
function approvalReportId({ approvedBy }: Intent, incident: IncidentFacts, at: string): string {
  return `r-${digest([incident.id, approvedBy ?? '', at])}`;
}

function changeRemedies(denial: Denial, intent: Intent, outcome: Outcome): readonly Remedy[] {
  const { change, decision, rolePermissionCount, policyFacts } = intent;
  if (change === null) return [];
  // Intents that an older version recorded hold no facts of the policy.
  const facts = { held: rolePermissionCount, policy: policyFacts ?? null, guards: decision.guards };
  return grantRemedies(change, outcome, denial.permissions, facts);
}

// Where a grant looks like the answer and something else may refuse the call too.
function closerLook(denial: Denial, { diagnosis }: Intent, facts: DenialFacts): readonly Remedy[] {
  const { cause, certainty } = diagnosis;
  const isSettled = cause === 'missing-role' && certainty === 'certain';
  return helpOfGrant[cause] === 'grant-helps' && !isSettled
    ? troubleshooting(facts, denial.troubleshooterLink, 'general')
    : [];
}

// A log entry holds 256 KiB, and a reader much less: what the sender wrote is cut, and the cut is told.
function shortDiagnosis({ cause, certainty, summary, evidence }: Diagnosis): Report['diagnosis'] {
  const notes = evidence
    .slice(0, NOTES_LIMIT)
    .map(({ state, source, text }) => ({ state, source: shortLine(source, 200), text: shortLine(text, TEXT_LIMIT) }));
  return { cause, certainty, summary: shortLine(summary, 2 * TEXT_LIMIT), evidence: notes };
}

function denialFacts(denial: Denial, project: string): DenialFacts {
  const email = emailOf(denial.principal);
  const text = (value: string) => shortLine(value, TEXT_LIMIT);
  return {
    entryId: text(denial.entryId),
    at: denial.at,
    service: text(denial.service),
    method: text(denial.method),
    permissions: denial.permissions.slice(0, PERMISSIONS_LIMIT),
    resource: text(denial.resource),
    project,
    ...(denial.location === null ? {} : { location: denial.location }),
    ...(denial.model === null ? {} : { model: denial.model }),
    principal: { kind: denial.principal.kind, member: denial.principal.member, ...(email === null ? {} : { email }) },
    ...(denial.callerIp === null ? {} : { callerIp: shortLine(denial.callerIp, 100) }),
    status: { code: denial.status.code, message: text(denial.status.message) },
    logLink: consoleLinks.logEntry(logProjectName(denial), denial.insertId.slice(0, 200), denial.at),
  };
}

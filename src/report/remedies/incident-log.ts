import { consoleLinks } from '../console-links.ts';
import { quoteQuery } from '../quote-query.ts';
import type { DenialFacts, IncidentFacts, Remedy } from '../report.ts';
import { consolePage } from './remedy-kinds.ts';

const TITLE = 'See the refusals of this incident';

/** Many permissions in one call are refused together: the first ones find the entries. */
const PERMISSIONS_LIMIT = 5;

/** Logs Explorer with all refusals of one incident: the same caller, permissions and project, within its time. */
export function incidentLog(denial: DenialFacts, incident: IncidentFacts): Remedy {
  const text =
    denial.principal.member === null
      ? 'Open Logs Explorer with the refusals of this kind in the time of the incident, whoever called: the entry names nobody.'
      : 'Open Logs Explorer with the refusals of this caller in the time of the incident. For later ones, take out the last line of the query.';
  const link = consoleLinks.logQuery(denial.project, incidentQuery(denial, incident), incident.lastAt);
  return consolePage(TITLE, text, link);
}

/** Logs Explorer with everything that was refused to a caller in the project of a denial, around its time. */
export function refusalsOfCaller(denial: DenialFacts): Remedy {
  const query = [...commonTerms(denial), ...callerTerms(denial)].join('\n');
  const link = consoleLinks.logQuery(denial.project, query, denial.at);
  return consolePage(
    'See the refusals of this caller',
    'Open Logs Explorer with what was refused to the caller in this project; choose the time there.',
    link,
  );
}

/** The remedies of an earlier report, with the link for what the incident has become since. */
export function withIncidentLog(
  remedies: readonly Remedy[],
  denial: DenialFacts,
  incident: IncidentFacts,
): readonly Remedy[] {
  return remedies.map((remedy) => (remedy.title === TITLE ? incidentLog(denial, incident) : remedy));
}

/** The query for the entries of an incident, one term a line (all have to hold). Every value is quoted. */
export function incidentQuery(denial: DenialFacts, { firstAt, lastAt }: IncidentFacts): string {
  return [
    ...commonTerms(denial),
    ...callerTerms(denial),
    ...permissionTerms(denial),
    `timestamp>=${quoteQuery(firstAt)}`,
    `timestamp<=${quoteQuery(lastAt)}`,
  ].join('\n');
}

function commonTerms({ service, status }: DenialFacts): readonly string[] {
  return [
    'logName:"/logs/cloudaudit.googleapis.com"',
    `protoPayload.serviceName=${quoteQuery(service)}`,
    `protoPayload.status.code=${status.code}`,
  ];
}

// An entry names its caller by subject, by address, or by both.
function callerTerms({ principal: { member, email } }: DenialFacts): readonly string[] {
  if (member === null) return [];
  const subject = `protoPayload.authenticationInfo.principalSubject=${quoteQuery(member)}`;
  return [
    email === undefined
      ? subject
      : `(${subject} OR protoPayload.authenticationInfo.principalEmail=${quoteQuery(email)})`,
  ];
}

// Not every entry lists its permissions: some name them in the message only, and some not at all.
function permissionTerms({ permissions, method }: DenialFacts): readonly string[] {
  const byMethod = `protoPayload.methodName=${quoteQuery(method)}`;
  if (permissions.length === 0) return [byMethod];
  return permissions.slice(0, PERMISSIONS_LIMIT).map((permission) => {
    const quoted = quoteQuery(permission);
    return `(protoPayload.authorizationInfo.permission=${quoted} OR protoPayload.status.message:${quoted} OR ${byMethod})`;
  });
}

import { quoteQuery } from './quote-query.ts';

/**
 * Links into the Google Cloud console. Google documents none of these forms; all of them are kept here
 * (seen in Google's own open-source tools). Every value is percent-encoded, and stands quoted in queries.
 */
export const consoleLinks = {
  /** The IAM page of a project. */
  iam: (project: string): string => `https://console.cloud.google.com/iam-admin/iam?project=${encode(project)}`,
  /** One log entry, by its insert id and time. */
  logEntry: (project: string, insertId: string, timestamp: string): string =>
    logsExplorer(project, `insertId=${quoteQuery(insertId)}\ntimestamp=${quoteQuery(timestamp)}`, timestamp),
  /** The entries that a Logging query finds; the page starts at a time. */
  logQuery: (project: string, query: string, timestamp: string): string => logsExplorer(project, query, timestamp),
  /** The records of one perimeter violation. */
  perimeterLog: (project: string, uniqueId: string): string =>
    logsExplorer(
      project,
      `log_id("cloudaudit.googleapis.com/policy")\nprotoPayload.metadata.vpcServiceControlsUniqueId=${quoteQuery(uniqueId)}`,
      null,
    ),
  /** The Policy Troubleshooter with its answer about one account (e-mail address), permission and project. */
  troubleshooter: (email: string, permission: string, project: string): string => {
    const resource = encode(`//cloudresourcemanager.googleapis.com/projects/${project}`);
    const parameters = `principal=${encode(email)};resources=${resource};permissions=${encode(permission)}`;
    return `https://console.cloud.google.com/iam-admin/troubleshooter;${parameters}/result?project=${encode(project)}`;
  },
  /** VPC Service Controls' own explanation of one violation. */
  perimeterViolation: (uniqueId: string): string =>
    `https://console.cloud.google.com/security/service-perimeter/troubleshoot;uniqueId=${encode(uniqueId)}`,
  /** The perimeters of the organization. */
  perimeters: (): string => 'https://console.cloud.google.com/security/service-perimeter',
} as const;

// Without a project the console asks which one: logs of folders and organizations have none.
function logsExplorer(project: string, query: string, timestamp: string | null): string {
  const cursor = timestamp === null ? '' : `;cursorTimestamp=${encode(timestamp)}`;
  const scope = project === '' ? '' : `?project=${encode(project)}`;
  return `https://console.cloud.google.com/logs/query;query=${encode(query)}${cursor}${scope}`;
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

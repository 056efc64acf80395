/**
 * Links into the Google Cloud console. Google documents none of these forms; all of them are kept here
 * (seen in Google's own open-source tools). Every value is percent-encoded.
 */
export const consoleLinks = {
  /** The IAM page of a project. */
  iam: (project: string): string => `https://console.cloud.google.com/iam-admin/iam?project=${encode(project)}`,
  /** One log entry, by its insert id and time. */
  logEntry: (project: string, insertId: string, timestamp: string): string =>
    logsQuery(project, `insertId="${insertId.replaceAll(/["\\]/g, '')}"\ntimestamp="${timestamp}"`),
  /** The records of one perimeter violation. */
  perimeterLog: (project: string, uniqueId: string): string =>
    logsQuery(
      project,
      `log_id("cloudaudit.googleapis.com/policy")\nprotoPayload.metadata.vpcServiceControlsUniqueId="${uniqueId.replaceAll(/["\\]/g, '')}"`,
    ),
  /** VPC Service Controls' own explanation of one violation. */
  perimeterViolation: (uniqueId: string): string =>
    `https://console.cloud.google.com/security/service-perimeter/troubleshoot;uniqueId=${encode(uniqueId)}`,
  /** The perimeters of the organization. */
  perimeters: (): string => 'https://console.cloud.google.com/security/service-perimeter',
} as const;

function logsQuery(project: string, query: string): string {
  return `https://console.cloud.google.com/logs/query;query=${encode(query)}?project=${encode(project)}`;
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

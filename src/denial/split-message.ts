/** The message of a status, and the link that newer messages end in. */
export interface SplitMessage {
  readonly text: string;
  readonly troubleshooterLink: string | null;
}

const MARK = ' Remediate access with this Troubleshooter URL';
const LINK =
  /https:\/\/console\.cloud\.google\.com\/iam-admin\/troubleshooter\/summary;errorId=[A-Za-z0-9_=%.~+-]{1,2000}/;

/**
 * Parts a status message from the Troubleshooter sentence that Google appends since 2026. The link differs in each
 * request, so it must not stay in anything that tells incidents apart.
 */
export function splitMessage(message: string): SplitMessage {
  const at = message.indexOf(MARK);
  if (at < 0) return { text: message, troubleshooterLink: null };
  return { text: message.slice(0, at), troubleshooterLink: LINK.exec(message.slice(at))?.[0] ?? null };
}

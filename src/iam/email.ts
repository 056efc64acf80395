// Narrower than RFC 5322 on purpose: every address of a Google account or service account that may be put into a
// policy or a command fits, and nothing that a shell, HCL or a chat client could read as more than text.
const ADDRESS =
  /^[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9_%+-])?@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}))+$/;

/** True when the text is one whole e-mail address; partial ones (`u...@e...m`) and anything with quotes are not. */
export function isWholeEmail(text: string): boolean {
  return text.length <= 254 && !text.includes('..') && ADDRESS.test(text);
}

/** The part after the `@`, in lower case, or an empty string when there is none. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}

/** Addresses are compared without regard to case, as IAM does (iam/docs/granting-changing-revoking-access). */
export function isSameEmail(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

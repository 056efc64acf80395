/** Where a Google API is reached: Google's own address, or a local stand-in on this machine. */
export type Endpoint =
  | { readonly kind: 'google' }
  | { readonly kind: 'local'; readonly host: string; readonly port: number };

/**
 * Reads `host:port`. Only loopback addresses are taken: a stand-in is plain text without credentials, and whoever could
 * point it elsewhere could answer every look-up. Gives null when the text is anything else.
 */
export function parseLocalEndpoint(text: string): Endpoint | null {
  const match = /^(127(?:\.[0-9]{1,3}){3}|localhost|\[::1\]):([0-9]{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  const host = match?.[1]?.replace(/^\[|\]$/g, '');
  if (host === undefined || port < 1 || port > 65_535) return null;
  return host.split('.').every((part) => Number.isNaN(Number(part)) || Number(part) <= 255)
    ? { kind: 'local', host, port }
    : null;
}

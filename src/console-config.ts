import type { ReadVariable } from './channel-config.ts';
import { isWholeEmail } from './iam/email.ts';

/** What the console is told by its environment. */
export interface ConsoleConfig {
  /** Address of the console, without a path: where its forms come from, and what reports link to. Null for none. */
  readonly origin: string | null;
  /** The audience of the proxy's assertions; null where this is not the console. */
  readonly audience: string | null;
  readonly viewers: Viewers;
  /** E-mail address of the console's own service account; it is Guestlist itself, too. */
  readonly account: string | null;
}

/** Who may look at the console, of those whom the proxy lets in. Approvers always may. */
export type Viewers = { readonly kind: 'everybody' } | { readonly kind: 'listed'; readonly names: readonly string[] };

/** Reads what is about the console; which function is started, and on Cloud Run, is in the environment too. */
export function readConsoleConfig(
  read: ReadVariable,
  environment: Readonly<Record<string, string | undefined>>,
  problems: string[],
): ConsoleConfig {
  const { FUNCTION_TARGET: target, K_SERVICE: service, GUESTLIST_CONSOLE_VIEWERS: viewers } = environment;
  const origin = read('GUESTLIST_CONSOLE_URL', 'https://HOST, without a path', parseOrigin, 'shown');
  const audience = read('GUESTLIST_IAP_AUDIENCE', EXPECTED_AUDIENCE, parseAudience, 'shown');
  const names = read('GUESTLIST_CONSOLE_VIEWERS', EXPECTED_VIEWERS, parseViewers, 'shown');
  const account = read(
    'GUESTLIST_CONSOLE_ACCOUNT',
    'the e-mail address of a service account',
    (text) => (isWholeEmail(text) ? text : null),
    'shown',
  );
  if (audience !== null && origin === null)
    problems.push('GUESTLIST_CONSOLE_URL: expected the address of the console, for GUESTLIST_IAP_AUDIENCE is set');
  if (target === 'console' && audience === null)
    problems.push(`GUESTLIST_IAP_AUDIENCE: expected ${EXPECTED_AUDIENCE}; without it nobody could sign in`);
  if (viewers === '')
    problems.push(`GUESTLIST_CONSOLE_VIEWERS: expected ${EXPECTED_VIEWERS}, or not to be set at all; it is empty`);
  if (target === 'console' && (environment.GUESTLIST_IDENTITY ?? '') === '')
    problems.push("GUESTLIST_IDENTITY: expected the functions' own service account; the console runs as another one");
  if (origin?.startsWith('http:') === true && service !== undefined)
    problems.push(`GUESTLIST_CONSOLE_URL: expected an https address on Cloud Run, got ${origin}`);
  if ((environment.GUESTLIST_IAP_KEYS_ENDPOINT ?? '') !== '' && origin?.startsWith('http:') !== true)
    problems.push('GUESTLIST_IAP_KEYS_ENDPOINT: expected only beside a console on http://127.0.0.1, as a stand-in');
  return { origin, audience, viewers: names === null ? { kind: 'everybody' } : { kind: 'listed', names }, account };
}

const EXPECTED_AUDIENCE =
  '/projects/NUMBER/locations/REGION/services/SERVICE, or /projects/NUMBER/global/backendServices/ID';
const EXPECTED_VIEWERS = 'e-mail addresses and domains, such as ada@example.com,example.org';

// iap/docs/signed-headers-howto: what the proxy writes into `aud`, for Cloud Run and behind a load balancer.
function parseAudience(text: string): string | null {
  const isService = /^\/projects\/[0-9]{1,20}\/locations\/[a-z0-9-]{1,40}\/services\/[a-z][a-z0-9-]{0,62}$/.test(text);
  return isService || /^\/projects\/[0-9]{1,20}\/global\/backendServices\/[0-9]{1,20}$/.test(text) ? text : null;
}

// Plain http is for the stand-in of the demo: only on this machine.
function parseOrigin(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { origin, protocol, hostname } = new URL(text);
  const isLocal = protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost');
  return (protocol === 'https:' || isLocal) && (text === origin || text === `${origin}/`) ? origin : null;
}

function parseViewers(text: string): readonly string[] | null {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  return names.every((name) => isWholeEmail(name) || isDomain(name)) ? names : null;
}

function isDomain(name: string): boolean {
  return /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(name);
}

import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { html, trusted } from '../report/html.ts';
import { closeServer, listenOnLoopback } from './json-server.ts';

/** Somebody whom one can be at the stand-in. */
export interface StandInPerson {
  readonly email: string;
  readonly who: string;
}

/** What stands where Identity-Aware Proxy would: it checks nobody, and is there for the machine it runs on alone. */
export interface StandInProxy {
  /** Address of the console behind it. */
  readonly url: string;
  /** What the console has to know to take its word. */
  readonly environment: Readonly<Record<string, string>>;
  /** From now on requests go to the console on this port of the same machine. */
  connect(port: number): void;
  /** An assertion that the console takes, for requests around the proxy. */
  assertionFor(email: string): Promise<string>;
  stop(): Promise<void>;
}

const AUDIENCE = '/projects/100000000000/locations/europe-west1/services/guestlist-console';
const KEY = 'stand-in';
const COOKIE = 'stand-in-person';

/**
 * Starts a stand-in for Identity-Aware Proxy on a loopback port (0: a free one). It lets whoever asks be one of these
 * people, signs that as the proxy would, and answers requests for loopback names only, so that no page of another site
 * can reach it by a name of its own.
 */
export async function startStandInProxy(people: readonly StandInPerson[], port = 0): Promise<StandInProxy> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = JSON.stringify({ [KEY]: await exportSPKI(publicKey) });
  let consolePort: number | null = null;
  const assertionFor = (email: string) =>
    new SignJWT({ email, sub: `accounts.google.com:${1_000 + people.findIndex((person) => person.email === email)}` })
      .setProtectedHeader({ alg: 'ES256', kid: KEY, typ: 'JWT' })
      .setIssuer('https://cloud.google.com/iap')
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(privateKey);
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  const listening = await listenOnLoopback(server, port);
  const url = `http://127.0.0.1:${listening}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isLoopback(request)) return refuse(response, 403, 'The stand-in answers on loopback only.');
    const { pathname } = new URL(request.url ?? '/', url);
    if (pathname === '/iap/verify/public_key')
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(keys);
    if (pathname === '/stand-in') return signIn(request, response, people);
    const person = people.find(({ email }) => email === cookieOf(request));
    if (person === undefined) return void response.writeHead(303, { location: '/stand-in' }).end();
    if (consolePort === null) return refuse(response, 503, 'The console is not started yet.');
    pass(request, response, consolePort, await assertionFor(person.email));
  }

  return {
    url,
    environment: {
      GUESTLIST_CONSOLE_URL: url,
      GUESTLIST_IAP_AUDIENCE: AUDIENCE,
      GUESTLIST_IAP_KEYS_ENDPOINT: `127.0.0.1:${listening}`,
    },
    connect: (to) => {
      consolePort = to;
    },
    assertionFor,
    stop: () => closeServer(server),
  };
}

// A page of another site may give its own name this address (DNS rebinding), but not change what its requests ask for.
function isLoopback({ headers, socket }: IncomingMessage): boolean {
  const name = (headers.host ?? '').replace(/:[0-9]{1,5}$/, '');
  const isLocalName = name === '127.0.0.1' || name === 'localhost';
  return isLocalName && (socket.remoteAddress ?? '').replace(/^::ffff:/, '').startsWith('127.');
}

async function signIn(request: IncomingMessage, response: ServerResponse, people: readonly StandInPerson[]) {
  if (request.method !== 'POST') {
    const page = signInPage(people, cookieOf(request));
    return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...HEADERS }).end(page);
  }
  const origin = request.headers.origin ?? '';
  const email = new URLSearchParams(await text(request)).get('email') ?? '';
  if (origin !== `http://${request.headers.host}` || !people.some((person) => person.email === email))
    return refuse(response, 403, 'Expected one of the people that this page offers.');
  const cookie = `${COOKIE}=${encodeURIComponent(email)}; Path=/; HttpOnly; SameSite=Lax`;
  response.writeHead(303, { location: '/', 'set-cookie': cookie, ...HEADERS }).end();
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'same-origin',
};

function signInPage(people: readonly StandInPerson[], current: string): string {
  return html`${trusted('<!doctype html>')}
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Stand-in for Identity-Aware Proxy</title></head>
<body><main><h1>This is no sign-in</h1>
<p><strong>It is a stand-in for Identity-Aware Proxy, for a demo on your own machine. It checks nobody’s password.</strong>
In Google Cloud the real proxy stands here, and only whom it lets in gets further.</p>
<p>Be one of the people of the demo:</p>
<form method="post" action="/stand-in"><ul>${people.map(
    ({ email, who }) =>
      html`<li><button name="email" value="${email}">${email}</button> ${who}${email === current ? ' (you, now)' : ''}</li>`,
  )}</ul></form></main></body></html>
`.markup;
}

// Whatever the browser says of the proxy's own headers is not passed on.
function pass(request: IncomingMessage, response: ServerResponse, port: number, assertion: string): void {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !name.startsWith('x-goog-')));
  const sent = forward(
    {
      host: '127.0.0.1',
      port,
      method: request.method,
      path: request.url,
      headers: { ...headers, 'x-goog-iap-jwt-assertion': assertion },
    },
    (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    },
  );
  sent.on('error', () => refuse(response, 502, 'The console did not answer.'));
  request.pipe(sent);
}

function cookieOf({ headers }: IncomingMessage): string {
  const cookie = (headers.cookie ?? '').split('; ').find((part) => part.startsWith(`${COOKIE}=`));
  try {
    return decodeURIComponent(cookie?.slice(COOKIE.length + 1) ?? '');
  } catch {
    return '';
  }
}

function refuse(response: ServerResponse, status: number, why: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...HEADERS }).end(`${why}\n`);
}

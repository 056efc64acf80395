import { once } from '../google/resource-manager-clients.ts';
import { addressIn, isPublicAddress, lookupPublic } from './public-address.ts';

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Posts JSON; throws when it did not arrive. Texts of errors hold no part of the URL, which is a secret. */
export type PostJson = (url: URL, body: string, headers: Readonly<Record<string, string>>) => Promise<Answer>;

/** Where posts may go: to the internet only, or also to this machine, where everything else is a stand-in as well. */
export type Reach = 'public' | 'public-and-loopback';

/** All tries of one post together take at most this long. */
const TIMEOUT_MILLISECONDS = 25_000;
const TRY_TIMEOUT_MILLISECONDS = 8_000;
const ANSWER_LIMIT_CHARACTERS = 10_000;

/** Answers that pass: too many requests, and a server in trouble. `Retry-After` is kept to where there is one. */
const RETRIES = {
  methods: ['POST'],
  statusCodes: [429, 500, 502, 503, 504],
  maxRetries: 3,
  minTimeout: 500,
  maxTimeout: 30_000,
};

/**
 * Opens a client for posts: with timeouts, retries with backoff, and no redirects followed. Private, link-local and
 * loopback addresses are refused, whether they are named or resolved to.
 */
export function createPostJson(reach: Reach): PostJson {
  const client = once(async () => {
    const { Agent, interceptors, request } = await import('undici');
    const connect = { timeout: TRY_TIMEOUT_MILLISECONDS, ...(reach === 'public' ? { lookup: lookupPublic } : {}) };
    const timeouts = { headersTimeout: TRY_TIMEOUT_MILLISECONDS, bodyTimeout: TRY_TIMEOUT_MILLISECONDS };
    return { request, dispatcher: new Agent({ connect, ...timeouts }).compose(interceptors.retry(RETRIES)) };
  });
  return async (url, body, headers) => {
    refuseHidden(url, reach);
    const { request, dispatcher } = await client();
    const options = {
      dispatcher,
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'guestlist', ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    } as const;
    const answer = await request(url, options).catch(failed);
    const text = (await answer.body.text().catch(failed)).slice(0, ANSWER_LIMIT_CHARACTERS);
    const { statusCode: status } = answer;
    if (status >= 200 && status < 300) return { status, text };
    throw new Error(`HTTP ${status}${status >= 300 && status < 400 ? ', a redirect, which is not followed' : ''}`);
  };
}

function failed(error: unknown): never {
  const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (typeof status === 'number') throw new Error(`HTTP ${status} after ${RETRIES.maxRetries + 1} tries`);
  throw error;
}

function refuseHidden(url: URL, reach: Reach): void {
  const address = addressIn(url);
  const isLoopback = url.hostname === 'localhost' || address === '127.0.0.1' || address === '::1';
  if (reach === 'public-and-loopback' && isLoopback) return;
  if (url.protocol !== 'https:') throw new Error('expected an https URL');
  if (isLoopback || (address !== null && !isPublicAddress(address))) throw new Error('the address is not public');
}

import type { Context, MiddlewareHandler } from 'hono';
import type { ConsoleConfig } from '../console-config.ts';
import type { EventLog } from '../event-log.ts';
import type { VerifyAssertion } from '../google/proxy-assertion.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { mayLook } from './admit.ts';
import { NOT_FROM_HERE, NOT_INVITED, NOT_SIGNED_IN, notNow } from './answers.ts';
import type { Visitor } from './form.ts';
import { isFormKey, newFormKey } from './form-token.ts';
import type { Page } from './page.ts';

/** What is known of a request once it is let in. */
export interface Env {
  readonly Variables: { visitor: Visitor };
}

/** Answers a request with a page. */
export type Answer = (c: Context<Env>, page: Page) => Response | Promise<Response>;

/** What says who may come in. */
export interface Gate {
  readonly verify: VerifyAssertion;
  readonly config: ConsoleConfig;
  readonly pipeline: () => Promise<Pipeline>;
  readonly events: EventLog;
}

/** Lets in whom the proxy vouches for and who may look. Nothing else of a request says who it is from. */
export function admitting({ verify, config, pipeline, events }: Gate, answer: Answer): MiddlewareHandler<Env> {
  return async (c, next) => {
    const signature = await verify(c.req.header('x-goog-iap-jwt-assertion'));
    switch (signature.kind) {
      case 'refused':
        events.write({ event: 'console-refused', detail: signature.why, by: '' });
        return answer(c, NOT_SIGNED_IN);
      case 'keys-unavailable':
        events.write({ event: 'console-failed', reason: 'proxy-keys-unavailable', detail: signature.why });
        return answer(c, notNow());
      case 'person': {
        c.set('visitor', { email: signature.email, formKey: '' });
        if (mayLook(signature.email, config.viewers, await (await pipeline()).allowlist())) return next();
        events.write({ event: 'console-refused', detail: 'not among those who may look', by: signature.email });
        return answer(c, NOT_INVITED);
      }
    }
  };
}

const COOKIE = 'guestlist';

/**
 * Gives each browser the secret that its forms are made with. With its prefix the cookie is `__Host-guestlist`, which
 * browsers take from this host alone, over a safe connection (RFC 6265bis).
 */
export async function withFormKey(): Promise<MiddlewareHandler<Env>> {
  const { getCookie, setCookie } = await import('hono/cookie');
  return async (c, next) => {
    const given = getCookie(c, COOKIE, 'host');
    const formKey = isFormKey(given) ? given : newFormKey();
    if (formKey !== given)
      setCookie(c, COOKIE, formKey, { prefix: 'host', secure: true, path: '/', httpOnly: true, sameSite: 'Lax' });
    c.set('visitor', { ...c.var.visitor, formKey });
    return next();
  };
}

/** Takes forms from its own pages alone: browsers say where a form was (developer.mozilla.org: Origin, Sec-Fetch-Site). */
export function fromOwnPages({ config, events }: Gate, answer: Answer): MiddlewareHandler<Env> {
  return async (c, next) => {
    const site = c.req.header('sec-fetch-site') ?? 'same-origin';
    const type = c.req.header('content-type') ?? '';
    const isForm = /^application\/x-www-form-urlencoded(?:;|$)/i.test(type);
    if (c.req.header('origin') === config.origin && site === 'same-origin' && isForm) return next();
    events.write({ event: 'console-refused', detail: 'the form is not from the console', by: c.var.visitor.email });
    return answer(c, NOT_FROM_HERE);
  };
}

import type { Context, MiddlewareHandler } from 'hono';
import type { ConsoleConfig } from '../console-config.ts';
import type { EventLog } from '../event-log.ts';
import type { VerifyAssertion } from '../google/proxy-assertion.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { Redeliver } from '../redeliver.ts';
import { type Action, approve, dismiss, undo } from './actions.ts';
import { activityPage } from './activity-page.ts';
import { mayLook } from './admit.ts';
import { allowlistPage, explainedPage } from './allowlist-page.ts';
import { assetNames, SCRIPT, STYLE } from './assets.ts';
import type { Visitor } from './form.ts';
import { isFormKey, isFormToken, newFormKey } from './form-token.ts';
import { grantPage, grantsPage } from './grants-page.ts';
import { inboxPage } from './inbox-page.ts';
import { incidentPage } from './incident-page.ts';
import { messagePage, NOT_FOUND } from './message-page.ts';
import { drawPage, type Page } from './page.ts';

/** What the console works with. */
export interface ConsolePorts {
  readonly pipeline: () => Promise<Pipeline>;
  readonly verify: VerifyAssertion;
  readonly config: ConsoleConfig;
  /** Whether a real proxy stands before the console, or the demo's. */
  readonly proxy: 'google' | 'stand-in';
  readonly events: EventLog;
}

/** Answers one request. */
export type Console = (request: Request) => Response | Promise<Response>;

/** A pasted entry may be as large as an audit entry can be, spelled as a form. */
const LARGEST_FORM_BYTES = 2 * 1024 * 1024;

/** The name begins so that browsers take the cookie from this host alone, over a safe connection (RFC 6265bis). */
const COOKIE = 'guestlist';

interface Env {
  readonly Variables: { visitor: Visitor };
}

/**
 * The pages for the people who approve. Nobody sees anything whom Identity-Aware Proxy does not vouch for; GET and HEAD
 * change nothing; each POST is from a form of these pages, made for this person, browser and action.
 */
export async function createConsole(ports: ConsolePorts): Promise<Console> {
  const { pipeline, config, events } = ports;
  const { Hono } = await import('hono');
  const { bodyLimit } = await import('hono/body-limit');
  const { secureHeaders } = await import('hono/secure-headers');
  const app = new Hono<Env>();
  const assets = assetNames();
  const answer = (c: Context<Env>, page: Page) => {
    const frame = {
      person: c.get('visitor')?.email ?? null,
      isStandIn: ports.proxy === 'stand-in',
      at: new Date().toISOString(),
    };
    c.header('cache-control', 'no-store');
    if (page.mark !== null) c.header('x-guestlist-mark', page.mark);
    return c.html(drawPage(page, frame, assets), page.status);
  };
  const get = (path: string, page: (c: Context<Env>, composed: Pipeline) => Promise<Page>) =>
    app.get(path, async (c) => answer(c, await page(c, await pipeline())));
  const act = (path: string, action: Action) => {
    // Whoever reloads the answer to a form by its address is led to what it was about.
    app.get(path, (c) => c.redirect(c.req.path.slice(0, c.req.path.lastIndexOf('/')), 303));
    app.post(path, async (c) => {
      const form = new URLSearchParams(await c.req.text());
      const { visitor } = c.var;
      const id = c.req.param('id') ?? '';
      if (!isFormToken(form.get('token') ?? '', visitor.formKey, visitor.email, c.req.path)) {
        events.write({ event: 'console-refused', detail: 'the form was not made for this action', by: visitor.email });
        return answer(c, OLD_FORM);
      }
      return answer(c, await action(id, (name) => form.get(name) ?? '', visitor, await pipeline()));
    });
  };

  app.use(secureHeaders(HEADERS));
  app.use(admitting(ports, answer));
  app.use(await withFormKey());
  app.on(
    'POST',
    '*',
    fromOwnPages(config, events, answer),
    bodyLimit({ maxSize: LARGEST_FORM_BYTES, onError: (c) => answer(c, TOO_LARGE) }),
  );
  app.get(assets.style, (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8', ...KEPT }));
  app.get(assets.script, (c) => c.body(SCRIPT, 200, { 'content-type': 'text/javascript; charset=utf-8', ...KEPT }));
  get('/', (c, composed) => inboxPage(c.var.visitor.email, composed));
  get('/incidents/:id', (c, composed) => incidentPage(c.req.param('id') ?? '', c.var.visitor, composed));
  get('/grants', (c, composed) =>
    grantsPage(
      {
        phase: c.req.query('phase') ?? '',
        project: c.req.query('project') ?? '',
        principal: c.req.query('principal') ?? '',
      },
      composed,
    ),
  );
  get('/grants/:id', (c, composed) => grantPage(c.req.param('id') ?? '', c.var.visitor, composed));
  get('/activity', (_c, composed) => activityPage(composed));
  get('/allowlist', (c, composed) => allowlistPage(c.var.visitor, composed));
  act('/incidents/:id{i-[0-9a-f]{24}}/approve', approve);
  act('/incidents/:id{i-[0-9a-f]{24}}/dismiss', dismiss);
  act('/grants/:id{g-[0-9a-f]{24}}/undo', undo);
  act('/allowlist/explain', (_id, form, visitor, composed) => explainedPage(form('entry'), visitor, composed));
  app.notFound((c) => answer(c, NOT_FOUND));
  app.onError((error, c) => {
    const isPassing = error instanceof Redeliver;
    const detail = isPassing ? error.message : (error.stack ?? error.message);
    events.write({ event: 'console-failed', reason: isPassing ? error.reason : 'defect', detail });
    return answer(c, isPassing ? TRY_AGAIN : FAILED);
  });
  return (request) => app.fetch(request);
}

/** Everything is from this host, nothing is inline, and no other page may hold these (CSP level 3). */
const HEADERS = {
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    scriptSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
    requireTrustedTypesFor: ["'script'"],
  },
  // No other site is told anything. Without any referrer at all, browsers would hide from us where a form comes from.
  referrerPolicy: 'same-origin',
  strictTransportSecurity: 'max-age=31536000',
  xFrameOptions: 'DENY',
  crossOriginOpenerPolicy: 'same-origin',
  crossOriginResourcePolicy: 'same-origin',
};

const KEPT = { 'cache-control': 'private, max-age=31536000, immutable' };

type Answer = (c: Context<Env>, page: Page) => Response | Promise<Response>;

// Who it is says the proxy's signature, and nothing else.
function admitting({ verify, config, pipeline, events }: ConsolePorts, answer: Answer): MiddlewareHandler<Env> {
  return async (c, next) => {
    const signature = await verify(c.req.header('x-goog-iap-jwt-assertion'));
    switch (signature.kind) {
      case 'refused':
        events.write({ event: 'console-refused', detail: signature.why, by: '' });
        return answer(c, NOBODY);
      case 'keys-unavailable':
        events.write({ event: 'console-failed', reason: 'proxy-keys-unavailable', detail: signature.why });
        return answer(c, TRY_AGAIN);
      case 'person': {
        c.set('visitor', { email: signature.email, formKey: '' });
        if (mayLook(signature.email, config.viewers, await (await pipeline()).allowlist())) return next();
        events.write({ event: 'console-refused', detail: 'not among those who may look', by: signature.email });
        return answer(c, NOT_INVITED);
      }
    }
  };
}

async function withFormKey(): Promise<MiddlewareHandler<Env>> {
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

// A browser says where a form was: no other site can send one from here (developer.mozilla.org: Origin, Sec-Fetch-Site).
function fromOwnPages({ origin }: ConsoleConfig, events: EventLog, answer: Answer): MiddlewareHandler<Env> {
  return (c, next) => {
    const site = c.req.header('sec-fetch-site') ?? 'same-origin';
    const type = c.req.header('content-type') ?? '';
    const isForm = /^application\/x-www-form-urlencoded(?:;|$)/i.test(type);
    if (c.req.header('origin') === origin && site === 'same-origin' && isForm) return next();
    events.write({ event: 'console-refused', detail: 'the form is not from the console', by: c.var.visitor.email });
    return Promise.resolve(answer(c, NOT_OURS));
  };
}

const NOBODY = messagePage(
  401,
  'Not signed in',
  'The request did not come through Identity-Aware Proxy, or what the proxy says about it does not verify. Open the console by its own address.',
  null,
);
const NOT_INVITED = messagePage(
  403,
  'Not for you',
  'You are signed in, and this installation does not let you look. Its approvers may, and whom GUESTLIST_CONSOLE_VIEWERS names.',
  null,
);
const NOT_OURS = messagePage(
  403,
  'Nothing was changed',
  'That form was not sent from a page of this console. Open the console by its own address, and do it there.',
);
const OLD_FORM = messagePage(
  403,
  'Nothing was changed',
  'That form was made for somebody else, another browser or another action, or its browser has forgotten it. Go back, reload the page, and do it again.',
);
const TOO_LARGE = messagePage(413, 'Too large', 'That is larger than an audit entry can be.');
const TRY_AGAIN = messagePage(
  503,
  'Not now',
  'Something that is needed did not answer. Nothing is lost: do the same again in a minute, and it goes on where it stopped.',
);
const FAILED = messagePage(
  500,
  'That went wrong',
  'The fault is on this side, and is in the log as console-failed. What was recorded is kept; look at the page again before you repeat it.',
);

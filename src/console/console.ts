import type { Context } from 'hono';
import { Redeliver } from '../redeliver.ts';
import type { Action } from './actions.ts';
import { FAILED, NOT_FOUND, notNow, oldForm, TOO_LARGE } from './answers.ts';
import { type Asset, SCRIPT, STYLE } from './assets.ts';
import { isFormToken } from './form-token.ts';
import { admitting, type Env, fromOwnPages, type Gate, withFormKey } from './gate.ts';
import { drawPage, type Page } from './page.ts';
import { ACTIONS, PAGES, type ShownPage } from './routes.ts';
import { showing } from './shown-policies.ts';

/** What the console works with. */
export interface ConsolePorts extends Gate {
  /** Whether a real proxy stands before the console, or the demo's. */
  readonly proxy: 'google' | 'stand-in';
}

/** Answers one request. */
export type Console = (request: Request) => Response | Promise<Response>;

/** A pasted entry may be as large as an audit entry can be, spelled as a form. */
const LARGEST_FORM_BYTES = 2 * 1024 * 1024;

/** What a page changes when something new is to be seen on it. */
const MARK = 'x-guestlist-mark';

/**
 * The pages for the people who approve. Nobody sees anything whom Identity-Aware Proxy does not vouch for; GET and HEAD
 * change nothing; no other site can make a browser send a POST, and what a POST may do is asked anew when it does it.
 */
export async function createConsole(ports: ConsolePorts): Promise<Console> {
  const { pipeline, events, proxy } = ports;
  const [{ Hono }, { bodyLimit }, { secureHeaders }] = await Promise.all([
    import('hono'),
    import('hono/body-limit'),
    import('hono/secure-headers'),
  ]);
  const app = new Hono<Env>();
  const shown = showing(pipeline);
  const answer = (c: Context<Env>, page: Page) => {
    c.header('cache-control', 'no-store');
    if (page.mark !== null) c.header(MARK, page.mark);
    return c.html(drawPage(page, frameOf(c, proxy)), page.status);
  };
  app.use(secureHeaders(HEADERS), admitting(ports, answer), await withFormKey());
  app.on('POST', '*', fromOwnPages(ports, answer));
  app.on('POST', '*', bodyLimit({ maxSize: LARGEST_FORM_BYTES, onError: (c) => answer(c, TOO_LARGE) }));
  for (const asset of [STYLE, SCRIPT]) app.get(asset.path, (c) => c.body(asset.text, 200, headersOf(asset)));
  for (const [path, page] of PAGES) app.get(path, (c) => show(c, page));
  for (const [path, action] of ACTIONS) {
    // Whoever opens the address of a form's answer is led to what it was about.
    app.get(path, (c) => c.redirect(pageBefore(c), 303));
    app.post(path, (c) => act(c, action));
  }
  app.notFound((c) => answer(c, NOT_FOUND));
  app.onError((error, c) => {
    const isPassing = error instanceof Redeliver;
    const detail = isPassing ? error.message : (error.stack ?? error.message);
    events.write({ event: 'console-failed', reason: isPassing ? error.reason : 'defect', detail });
    return answer(c, isPassing ? notNow(c.req.method === 'POST' ? backFrom(c) : undefined) : FAILED);
  });

  // An open page asks by HEAD whether it has changed: that makes no page, and looks up nothing but its records.
  async function show(c: Context<Env>, { page, mark }: ShownPage): Promise<Response> {
    if (c.req.method !== 'HEAD') return answer(c, await page(c, await shown.open()));
    const marked = await mark(c, await shown.open());
    return c.body(null, 200, { 'cache-control': 'no-store', ...(marked === null ? {} : { [MARK]: marked }) });
  }

  async function act(c: Context<Env>, action: Action): Promise<Response> {
    const form = new URLSearchParams(await c.req.text());
    const { email, formKey } = c.var.visitor;
    if (!isFormToken(form.get('token') ?? '', formKey, email, c.req.path)) {
      events.write({ event: 'console-refused', detail: 'the form was not made for this action', by: email });
      return answer(c, oldForm(backFrom(c)));
    }
    const field = (name: string) => form.get(name) ?? '';
    const result = await action(c.req.param('id') ?? '', field, c.var.visitor, await pipeline());
    shown.forget();
    return result.kind === 'page' ? answer(c, result.page) : c.redirect(result.path, 303);
  }

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

function headersOf({ type }: Asset) {
  return { 'content-type': type, 'cache-control': 'private, max-age=31536000, immutable' };
}

function frameOf(c: Context<Env>, proxy: ConsolePorts['proxy']) {
  const person = c.get('visitor')?.email ?? null;
  return { person, isStandIn: proxy === 'stand-in', at: new Date().toISOString() };
}

function pageBefore(c: Context<Env>): string {
  return c.req.path.slice(0, c.req.path.lastIndexOf('/'));
}

function backFrom(c: Context<Env>) {
  return { path: pageBefore(c), name: 'Open the page again' };
}

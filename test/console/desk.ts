import { type Console, createConsole } from '../../src/console/console.ts';
import { formToken } from '../../src/console/form-token.ts';
import type { ConsoleConfig } from '../../src/console-config.ts';
import type { LogEvent } from '../../src/event-log.ts';
import type { ProposalRecord } from '../../src/ledger/records.ts';
import { asUser, deniedCall } from '../../src/local/demo/demo-entries.ts';
import type { Pipeline } from '../../src/pipeline-ports.ts';
import { openWorldPipeline, type WorldPipeline } from '../fakes/world-pipeline.ts';
import { ALLOWLIST } from './console-stage.ts';

export const ORIGIN = 'https://console.example.com';

/** Pages of which there is one each, and lists that are asked for. */
export const PAGES = ['/', '/?order=newest', '/grants', '/activity', '/allowlist', '/grants?state=all&project=acme'];

/** A console over the demo's world in this process. */
export interface Desk extends WorldPipeline {
  readonly console: Console;
  /** What the console itself logged. */
  readonly logged: LogEvent[];
}

export interface DeskOptions {
  readonly config?: Partial<ConsoleConfig>;
  readonly allowlist?: string;
  /** The pipeline, with something in it that goes wrong. */
  readonly broken?: (pipeline: Pipeline) => Pipeline;
}

/** Opens a desk. An assertion is whoever it says, here; how one is verified is tested with its keys. */
export async function openDesk({ config, allowlist, broken = (whole) => whole }: DeskOptions = {}): Promise<Desk> {
  const stage = openWorldPipeline(allowlist ?? ALLOWLIST);
  const logged: LogEvent[] = [];
  const console = await createConsole({
    pipeline: async () => broken(stage.pipeline),
    verify: async (assertion) => {
      if (assertion === undefined) return { kind: 'refused', why: 'it carries no assertion' };
      return assertion === 'away'
        ? { kind: 'keys-unavailable', why: 'the keys of the proxy could not be read' }
        : { kind: 'person', email: assertion };
    },
    config: { origin: ORIGIN, audience: 'a', viewers: { kind: 'everybody' }, account: null, ...config },
    proxy: 'google',
    events: { write: (event) => void logged.push(event) },
  });
  return { ...stage, console, logged };
}

/** What a request was answered with. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

/** A browser of one person, or of nobody: it keeps its cookie, and sends forms as a browser does. */
export function browserOf({ console }: Pick<Desk, 'console'>, person: string | null) {
  let cookie = '';
  const send = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const headers = new Headers(init.headers);
    if (person !== null) headers.set('x-goog-iap-jwt-assertion', person);
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await console(new Request(`${ORIGIN}${path}`, { ...init, headers }));
    const [set = ''] = response.headers.getSetCookie();
    if (set !== '') cookie = set.slice(0, set.indexOf(';'));
    return { status: response.status, headers: response.headers, html: await response.text() };
  };
  const post = (path: string, fields: Fields, headers: Fields = {}) =>
    send(path, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: ORIGIN, ...headers },
    });
  return {
    send,
    get: (path: string) => send(path),
    post,
    /** Sends a form, and goes where its answer leads. */
    act: async (path: string, fields: Fields) => {
      const answer = await post(path, fields);
      const to = answer.headers.get('location');
      return to === null ? answer : send(to);
    },
    /** A token that the person makes from their own cookie: it is no secret from them. */
    forged: (path: string) => formToken(cookie.slice(cookie.indexOf('=') + 1), person ?? '', path),
  };
}

type Fields = Readonly<Record<string, string>>;

/** The hidden fields of the form with this action. */
export function fieldsOf(html: string, action: string): Fields {
  const form = html.slice(html.indexOf(`action="${action}"`));
  const inside = form.slice(0, form.indexOf('</form>'));
  return Object.fromEntries(
    [...inside.matchAll(/type="hidden" name="([a-z]+)" value="([^"]*)"/g)].map((found) => [
      found[1] ?? '',
      found[2] ?? '',
    ]),
  );
}

export const alice = deniedCall({ insertId: 'a1', project: 'acme-ml', caller: asUser('alice@example.com') });

/** A desk with one proposal, and where its page and its form are. */
export async function withProposal(options: DeskOptions = {}, entry: unknown = alice) {
  const desk = await openDesk(options);
  await desk.deny(entry);
  const proposal = await newestProposal(desk);
  const page = `/incidents/${proposal.incidentId}`;
  return { desk, proposal, page, form: `${page}/approve` };
}

/** The newest proposal on record. */
export async function newestProposal({ pipeline, clock }: Desk): Promise<ProposalRecord> {
  const [proposal] = await pipeline.ledger.proposals.list({ by: 'newest', from: 0, until: clock.now, limit: 1 });
  if (proposal === undefined) throw new Error('nothing was proposed');
  return proposal;
}

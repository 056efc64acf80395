import { describe, expect, it } from 'vitest';
import { type Console, createConsole } from '../../src/console/console.ts';
import type { ConsoleConfig } from '../../src/console-config.ts';
import type { LogEvent } from '../../src/event-log.ts';
import { asServiceAccount, asUser, deniedCall } from '../../src/local/demo/demo-entries.ts';
import { Redeliver } from '../../src/redeliver.ts';
import { openWorldPipeline, type WorldPipeline } from '../fakes/world-pipeline.ts';
import { ALLOWLIST } from './console-stage.ts';

const ORIGIN = 'https://console.example.com';

interface Desk extends WorldPipeline {
  readonly console: Console;
  readonly logged: LogEvent[];
}

async function openDesk(config: Partial<ConsoleConfig> = {}, allowlist = ALLOWLIST): Promise<Desk> {
  const stage = openWorldPipeline(allowlist);
  const logged: LogEvent[] = [];
  const console = await createConsole({
    pipeline: async () => stage.pipeline,
    // Whoever an assertion says, here; how it is verified is tested with its keys.
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

/** A browser of one person: it keeps its cookie, and sends forms as a browser does. */
function browserOf({ console }: Desk, person: string | null) {
  let cookie = '';
  const send = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (person !== null) headers.set('x-goog-iap-jwt-assertion', person);
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await console(new Request(`${ORIGIN}${path}`, { ...init, headers }));
    const [set = ''] = response.headers.getSetCookie();
    if (set !== '') cookie = set.slice(0, set.indexOf(';'));
    return { status: response.status, headers: response.headers, html: await response.text() };
  };
  return {
    send,
    get: (path: string) => send(path),
    post: (path: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
      send(path, {
        method: 'POST',
        body: new URLSearchParams(fields).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: ORIGIN, ...headers },
      }),
  };
}

/** The hidden fields of the form with this action. */
function fieldsOf(html: string, action: string): Readonly<Record<string, string>> {
  const form = html.slice(html.indexOf(`action="${action}"`));
  const inside = form.slice(0, form.indexOf('</form>'));
  return Object.fromEntries(
    [...inside.matchAll(/name="([a-z]+)" value="([^"]*)"/g)].map((found) => [found[1] ?? '', found[2] ?? '']),
  );
}

const alice = deniedCall({ insertId: 'a1', project: 'acme-ml', caller: asUser('alice@example.com') });

/** A desk with one proposal, and where its page and its form are. */
async function withProposal(config: Partial<ConsoleConfig> = {}, entry: unknown = alice) {
  const desk = await openDesk(config);
  await desk.deny(entry);
  const [proposal] = await desk.pipeline.ledger.proposals.list({
    by: 'newest',
    from: 0,
    until: desk.clock.now,
    limit: 1,
  });
  if (proposal === undefined) throw new Error('nothing was proposed');
  const page = `/incidents/${proposal.incidentId}`;
  return { desk, proposal, page, form: `${page}/approve` };
}

const PAGES = ['/', '/grants', '/activity', '/allowlist', '/grants?phase=all&project=acme&principal=chat'];

describe('the console', () => {
  it('shows what waits, why, and who may decide', async () => {
    const { desk, page } = await withProposal();
    const { status, html } = await browserOf(desk, 'ada@example.com').get('/');
    expect(status).toBe(200);
    expect(html).toContain('1 proposal waits');
    expect(html).toContain(`href="${page}"`);
    expect(html).toContain('no rule allows it');
    expect(html).toContain('You may');
    expect((await browserOf(desk, 'alice@example.com').get('/')).html).toContain('Somebody else');
  });

  it('tells the whole of an incident: change, diff, forecast, story, evidence, guards and remedies', async () => {
    const { desk, page } = await withProposal();
    const { html } = await browserOf(desk, 'ada@example.com').get(page);
    for (const part of [
      '+ roles/aiplatform.user user:alice@example.com',
      'What the role brings along',
      'The first call was refused.',
      'Why',
      'All 17 guards',
      'gcloud projects add-iam-policy-binding',
      'Approve this change',
      'Dismiss it instead',
    ])
      expect(html).toContain(part);
  });

  it('lets an approver approve, and shows it everywhere', async () => {
    const { desk, page, form } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const answer = await ada.post(form, fieldsOf((await ada.get(page)).html, form));
    expect(answer.status).toBe(200);
    expect(answer.html).toContain('Approved and granted');
    expect(desk.state.writes.at(-1)?.requestReason).toContain('approved by ada@example.com');
    expect((await ada.get('/')).html).toContain('Nothing waits for a person');
    expect((await ada.get(page)).html).toContain('Approved by ada@example.com.');
    expect((await ada.get('/grants')).html).toContain('approved by ada@example.com');
  });

  it('lets an approver take a grant back, once', async () => {
    const { desk, page, form } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    await ada.post(form, fieldsOf((await ada.get(page)).html, form));
    const [, grant = ''] = /href="(\/grants\/g-[0-9a-f]{24})"/.exec((await ada.get('/grants')).html) ?? [];
    const shown = (await ada.get(grant)).html;
    expect(shown).toContain('- roles/aiplatform.user user:alice@example.com');
    const fields = fieldsOf(shown, `${grant}/undo`);
    const eve = browserOf(desk, 'eve@example.com');
    expect((await eve.get(grant)).html).toContain('You cannot take it back');
    expect((await ada.post(`${grant}/undo`, { ...fields, at: 'another' })).status).toBe(409);
    expect((await ada.post(`${grant}/undo`, fields)).html).toContain('Taken back');
    expect(desk.state.writes).toHaveLength(2);
    const again = await ada.post(`${grant}/undo`, fields);
    expect(again.status).toBe(409);
    expect(again.html).toContain('The grant is undone since');
    expect(desk.state.writes).toHaveLength(2);
    expect((await ada.get('/grants?phase=undone')).html).toContain('Taken back');
    expect((await ada.get(page)).html).toContain('by ada@example.com');
  });

  it('lets an approver dismiss with a reason, which whoever waits reads', async () => {
    const { desk, page } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const action = `${page}/dismiss`;
    const fields = fieldsOf((await ada.get(page)).html, action);
    expect((await ada.post(action, fields)).html).toContain('A reason is needed');
    const answer = await ada.post(action, { ...fields, reason: 'Use the <b>sandbox</b>' });
    expect(answer.status).toBe(200);
    expect(answer.html).toContain('Use the &lt;b&gt;sandbox&lt;/b&gt;');
    expect(desk.postings.at(-1)?.news).toBe('dismissed');
    expect((await ada.get(page)).html).not.toContain('Approve this change');
  });

  it('explains a pasted entry by the rules in force, and changes and records nothing', async () => {
    const desk = await openDesk();
    const ada = browserOf(desk, 'ada@example.com');
    const fields = fieldsOf((await ada.get('/allowlist')).html, '/allowlist/explain');
    const chat = deniedCall({
      insertId: 'x',
      project: 'acme-ml',
      caller: asServiceAccount('chat@acme-ml.iam.gserviceaccount.com'),
    });
    const answer = await ada.post('/allowlist/explain', { ...fields, entry: JSON.stringify(chat, null, 2) });
    expect(answer.html).toContain('Would apply');
    expect(answer.html).toContain('rule chat-in-the-sandbox allows it');
    expect(desk.state.writes).toEqual([]);
    expect(desk.reports).toEqual([]);
    expect(await desk.pipeline.ledger.incidents({ by: 'newest', from: 0, until: desk.clock.now, limit: 9 })).toEqual(
      [],
    );
    const wrong = await ada.post('/allowlist/explain', { ...fields, entry: '{"a": </textarea><script>' });
    expect(wrong.status).toBe(400);
    expect(wrong.html).toContain('{&quot;a&quot;: &lt;/textarea&gt;&lt;script&gt;');
  });

  it('says that something new is there, without making the page again', async () => {
    const { desk } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const mark = (await ada.get('/')).headers.get('x-guestlist-mark');
    const before = await ada.send('/', { method: 'HEAD' });
    expect(before.html).toBe('');
    expect(before.headers.get('x-guestlist-mark')).toBe(mark);
    await desk.deny(deniedCall({ insertId: 'b1', project: 'acme-ml', caller: asUser('carol@example.com') }));
    expect((await ada.send('/', { method: 'HEAD' })).headers.get('x-guestlist-mark')).not.toBe(mark);
  });

  it('shows the activity by day and cause, and what was ignored and why', async () => {
    const { desk } = await withProposal();
    await desk.deny(
      deniedCall({
        insertId: 'm1',
        project: 'acme-ml',
        caller: asServiceAccount('batch@acme-ml.iam.gserviceaccount.com'),
      }),
    );
    const { html } = await browserOf(desk, 'ada@example.com').get('/activity');
    expect(html).toContain('missing-role');
    expect(html).toMatch(/batch-is-known[^<]*<\/th><td class="number">1</);
    expect(html).toMatch(/<title>\d{4}-\d{2}-\d{2}: 2 missing-role<\/title>/);
  });

  it('sends pages below 50 kB, also when much is on record', async () => {
    const { desk, page } = await withProposal();
    const name = (index: number) => `somebody-with-rather-a-long-name-${index}@example.com`;
    const denials = async (start: number, count: number) => {
      for (let index = start; index < start + count; index += 1)
        await desk.deny(deniedCall({ insertId: `n${index}`, project: 'acme-ml', caller: asUser(name(index)) }));
    };
    await denials(0, 60);
    desk.setAllowlist(
      `${ALLOWLIST.replace(/^limits.*$/m, '')}  - { id: all, effect: allow, principals: ["user:*@example.com"], projects: [acme-ml] }\n`,
    );
    await denials(100, 60);
    expect(desk.state.writes).toHaveLength(60);
    const ada = browserOf(desk, 'ada@example.com');
    for (const path of [...PAGES, page])
      expect([path, Buffer.byteLength((await ada.get(path)).html) < 50_000]).toEqual([path, true]);
  }, 60_000);
});

describe('whom the console lets in', () => {
  it('threat: nobody without an assertion of the proxy, whatever else a request says', async () => {
    const { desk, page, form } = await withProposal();
    const nobody = browserOf(desk, null);
    const forged = { 'x-goog-authenticated-user-email': 'accounts.google.com:ada@example.com' };
    for (const path of [...PAGES, page, '/assets/x.css', '/nowhere']) {
      const { status, html } = await nobody.send(path, { headers: forged });
      expect([path, status]).toEqual([path, 401]);
      expect(html).not.toContain('alice');
    }
    expect((await nobody.post(form, {}, forged)).status).toBe(401);
    expect(desk.state.writes).toEqual([]);
    expect(desk.logged[0]).toEqual({ event: 'console-refused', detail: 'it carries no assertion', by: '' });
  });

  it('says plainly that the keys of the proxy are away', async () => {
    const { status, html } = await browserOf(await openDesk(), 'away').get('/');
    expect(status).toBe(503);
    expect(html).toContain('Nothing is lost');
  });

  it('threat: only listed viewers and approvers, by whole domain', async () => {
    const viewers = { kind: 'listed', names: ['victor@example.org', 'example.net'] } as const;
    const { desk, page } = await withProposal({ viewers });
    const statusFor = async (person: string) => (await browserOf(desk, person).get(page)).status;
    expect(await statusFor('victor@example.org')).toBe(200);
    expect(await statusFor('anybody@example.net')).toBe(200);
    expect(await statusFor('ada@example.com')).toBe(200);
    expect(await statusFor('alice@example.com')).toBe(403);
    expect(await statusFor('eve@evil-example.net')).toBe(403);
    expect(await statusFor('eve@example.net.evil.org')).toBe(403);
    expect(await statusFor('eve@sub.example.net')).toBe(403);
  });

  it('threat: only approvers learn about others by a pasted entry', async () => {
    const desk = await openDesk();
    const alicesBrowser = browserOf(desk, 'alice@example.com');
    const { html } = await alicesBrowser.get('/allowlist');
    expect(html).toContain('Only approvers can ask here');
    expect(html).not.toContain('<textarea');
  });
});

describe('what the console lets happen', () => {
  it('threat: GET and HEAD of anything change nothing, also of an action with all its fields', async () => {
    const { desk, page, form } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const fields = new URLSearchParams(fieldsOf((await ada.get(page)).html, form)).toString();
    const before = JSON.stringify(await desk.pipeline.ledger.incidentFile(page.slice('/incidents/'.length)));
    for (const method of ['GET', 'HEAD'])
      for (const path of [form, `${page}/dismiss`]) {
        const answer = await ada.send(`${path}?${fields}&reason=x`, { method });
        expect([answer.status, answer.headers.get('location')]).toEqual([303, page]);
      }
    for (const path of [...PAGES, page]) await ada.get(path);
    expect(JSON.stringify(await desk.pipeline.ledger.incidentFile(page.slice('/incidents/'.length)))).toBe(before);
    expect(desk.state.writes).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['another site', { origin: 'https://evil.example' }],
    ['a look-alike', { origin: `${ORIGIN}.evil.example` }],
    ['nowhere that a browser says', { origin: 'null' }],
    ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
    ['a script that sends text', { 'content-type': 'text/plain' }],
    ['a script that sends JSON', { 'content-type': 'application/json' }],
  ])('threat: a form from %s is refused', async (_what, headers) => {
    const { desk, page, form } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const fields = fieldsOf((await ada.get(page)).html, form);
    const answer = await ada.post(form, fields, headers);
    expect(answer.status).toBe(403);
    expect(desk.state.writes).toEqual([]);
    expect(desk.logged.at(-1)).toEqual({
      event: 'console-refused',
      detail: 'the form is not from the console',
      by: 'ada@example.com',
    });
    expect((await ada.post(form, fields)).status).toBe(200);
  });

  it('threat: a form without the word of its browser, its person and its action is refused', async () => {
    const { desk, page, form } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const bob = browserOf(desk, 'bob@example.com');
    const { html } = await ada.get(page);
    const mine = fieldsOf(html, form);
    const bobs = fieldsOf((await bob.get(page)).html, form);
    const other = fieldsOf(html, `${page}/dismiss`);
    for (const token of ['', 'x', bobs.token ?? '', other.token ?? '', `${mine.token}x`])
      expect((await ada.post(form, { ...mine, token })).status).toBe(403);
    expect((await browserOf(desk, 'ada@example.com').post(form, mine)).status).toBe(403);
    expect((await bob.post(form, mine)).status).toBe(403);
    expect(desk.state.writes).toEqual([]);
  });

  it('threat: who may not approve does not, whatever form they send', async () => {
    const { desk, page, form } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const { hash = '' } = fieldsOf((await ada.get(page)).html, form);
    const eve = browserOf(desk, 'eve@example.com');
    const shown = (await eve.get(page)).html;
    expect(shown).not.toContain('Approve this change');
    // The token of another form of hers is not one for this.
    expect((await eve.post(form, { hash })).status).toBe(403);
    expect(desk.state.writes).toEqual([]);
  });

  it('threat: nobody approves for themselves, nor for an account that they own', async () => {
    const chat = deniedCall({
      insertId: 's1',
      project: 'acme-ml',
      caller: asServiceAccount('search@acme-ml.iam.gserviceaccount.com'),
    });
    const { desk, page, form } = await withProposal({}, chat);
    const olivia = browserOf(desk, 'olivia@example.com');
    const answer = await olivia.post(form, fieldsOf((await olivia.get(page)).html, form));
    expect(answer.status).toBe(409);
    expect(answer.html).toContain('could act as the service account');
    desk.setAllowlist(ALLOWLIST.replace('user:bob@', 'user:alice@'));
    await desk.deny(alice);
    const own = (await browserOf(desk, 'alice@example.com').get('/')).html;
    expect(own).not.toMatch(/alice@example\.com was refused[\s\S]*You may/);
    expect(desk.state.writes).toEqual([]);
  });

  it('threat: an old tab does nothing: what is done has to be what was shown', async () => {
    const { desk, page, form } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const old = fieldsOf((await ada.get(page)).html, form);
    desk.setAllowlist(`${ALLOWLIST}  - { id: more, effect: propose, projects: [acme-ml] }\n`);
    desk.clock.now += 2 * 3_600_000;
    await desk.deny({ ...alice, insertId: 'a2', timestamp: new Date(desk.clock.now - 5_000).toISOString() });
    const answer = await ada.post(form, old);
    expect(answer.status).toBe(409);
    expect(answer.html).toContain('The proposal has changed since it was shown');
    expect(desk.state.writes).toEqual([]);
  });

  it('threat: of two approvers at once, and of two clicks, one has an effect', async () => {
    const { desk, page, form } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const bob = browserOf(desk, 'bob@example.com');
    const [adas, bobs] = [fieldsOf((await ada.get(page)).html, form), fieldsOf((await bob.get(page)).html, form)];
    const answers = await Promise.all([ada.post(form, adas), bob.post(form, bobs), ada.post(form, adas)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    expect(desk.state.writes).toHaveLength(1);
    expect((await bob.post(form, bobs)).html).toContain('The proposal is applied already');
  });

  it('threat: a proposal that a rule has come to forbid is not applied', async () => {
    const { desk, page, form } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const fields = fieldsOf((await ada.get(page)).html, form);
    desk.setAllowlist(`${ALLOWLIST}  - { id: stop, effect: forbid, projects: [acme-ml] }\n`);
    const answer = await ada.post(form, fields);
    expect(answer.status).toBe(409);
    expect(answer.html).toContain('stop forbids it');
    expect(desk.state.writes).toEqual([]);
  });

  it('says what to do when something that is needed does not answer, and when it fails itself', async () => {
    const desk = await openDesk();
    const failing = async (error: Error) => {
      const console = await createConsole({
        pipeline: async () => ({
          ...desk.pipeline,
          ledger: {
            ...desk.pipeline.ledger,
            proposals: { ...desk.pipeline.ledger.proposals, list: () => Promise.reject(error) },
          },
        }),
        verify: async () => ({ kind: 'person', email: 'ada@example.com' }),
        config: { origin: ORIGIN, audience: 'a', viewers: { kind: 'everybody' }, account: null },
        proxy: 'google',
        events: { write: (event) => void desk.logged.push(event) },
      });
      return browserOf({ ...desk, console }, 'ada@example.com').get('/');
    };
    const away = await failing(new Redeliver('ledger-unavailable', 'Firestore did not answer'));
    expect([away.status, away.html.includes('Nothing is lost')]).toEqual([503, true]);
    const defect = await failing(new Error('secret detail'));
    expect([defect.status, defect.html.includes('secret detail')]).toEqual([500, false]);
    expect(desk.logged.at(-1)).toEqual(expect.objectContaining({ event: 'console-failed', reason: 'defect' }));
  });
});

describe('the headers of the console', () => {
  it('let nothing run but its own files, nobody frame it, and nothing be kept', async () => {
    const { desk, page } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    for (const path of [...PAGES, page, '/nowhere']) {
      const { headers, html } = await ada.get(path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'",
      );
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(html).not.toMatch(/<script(?! src="\/assets\/)|<style| style="| on[a-z]+="/);
    }
  });

  it('keep the word of a browser from scripts, other hosts and other sites', async () => {
    const { headers } = await browserOf(await openDesk(), 'ada@example.com').get('/');
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-guestlist=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
  });

  it('let browsers keep the style sheet and the script, which change their names with what is in them', async () => {
    const ada = browserOf(await openDesk(), 'ada@example.com');
    const { html } = await ada.get('/');
    const [, style = ''] = /href="(\/assets\/[0-9a-f]+\.css)"/.exec(html) ?? [];
    const [, script = ''] = /src="(\/assets\/[0-9a-f]+\.js)"/.exec(html) ?? [];
    for (const [path, type] of [
      [style, 'text/css'],
      [script, 'text/javascript'],
    ] as const) {
      const { status, headers } = await ada.get(path);
      expect([status, headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
      expect(headers.get('cache-control')).toContain('immutable');
    }
  });
});

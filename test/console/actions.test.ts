import { describe, expect, it } from 'vitest';
import { asServiceAccount, deniedCall } from '../../src/local/demo/demo-entries.ts';
import { Redeliver } from '../../src/redeliver.ts';
import { sweep } from '../../src/sweep/sweep.ts';
import { DEFAULT_SWEEP_LIMITS } from '../../src/sweep/sweep-limits.ts';
import { ALLOWLIST } from './console-stage.ts';
import { alice, browserOf, type Desk, fieldsOf, PAGES, withProposal } from './desk.ts';

const grantIn = (html: string) => (/href="(\/grants\/g-[0-9a-f]{24})"/.exec(html) ?? [])[1] ?? '';

async function approved(desk: Desk, page: string, form: string, person = 'ada@example.com') {
  const browser = browserOf(desk, person);
  await browser.act(form, fieldsOf((await browser.get(page)).html, form));
  return { browser, grant: grantIn((await browser.get('/grants')).html) };
}

describe('what people do on the console', () => {
  it('is an approval, which shows everywhere, and whose answer can be reloaded', async () => {
    const { desk, page, form } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const answer = await ada.post(form, fieldsOf((await ada.get(page)).html, form));
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `${page}?done=approved`]);
    for (let loads = 0; loads < 2; loads += 1) {
      const { html } = await ada.get(`${page}?done=approved`);
      expect(html).toContain('class="done" role="status"');
      expect(html).toContain('Approved · granted');
    }
    expect(desk.state.writes.at(-1)?.requestReason).toContain('approved by ada@example.com');
    expect(desk.state.writes).toHaveLength(1);
    expect((await ada.get('/')).html).toContain('Nothing waits for a person');
    expect((await ada.get(page)).html).toContain('Approved by ada@example.com.');
    expect((await ada.get('/grants')).html).toContain('approved by ada@example.com');
  });

  it('is taking a grant back, once', async () => {
    const { desk, page, form } = await withProposal();
    const { browser: ada, grant } = await approved(desk, page, form);
    const shown = (await ada.get(grant)).html;
    expect(shown).toContain('- roles/aiplatform.user user:alice@example.com');
    const fields = fieldsOf(shown, `${grant}/undo`);
    expect((await ada.post(`${grant}/undo`, { ...fields, at: 'another' })).status).toBe(409);
    expect((await ada.act(`${grant}/undo`, fields)).html).toContain('Taken back, and reported.');
    expect(desk.state.writes).toHaveLength(2);
    const again = await ada.post(`${grant}/undo`, fields);
    expect(again.status).toBe(409);
    expect(again.html).toMatch(/It was taken back already at .* UTC, by ada@example\.com\./);
    expect(desk.state.writes).toHaveLength(2);
    expect((await ada.get('/grants?state=undone')).html).toContain('by ada@example.com');
    expect((await ada.get(grant)).html).toContain('nothing to take back');
    expect((await ada.get(page)).html).toContain('by ada@example.com');
  });

  it('is a dismissal with a reason, which whoever waits reads', async () => {
    const { desk, page } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const action = `${page}/dismiss`;
    const fields = fieldsOf((await ada.get(page)).html, action);
    for (const reason of ['', '   ', '...', '\u200b \u3164'])
      expect((await ada.post(action, { ...fields, reason })).html).toContain('A reason is needed');
    const answer = await ada.act(action, { ...fields, reason: 'Use the <b>sandbox</b>' });
    expect(answer.status).toBe(200);
    expect(answer.html).toContain('Use the &lt;b&gt;sandbox&lt;/b&gt;');
    expect(desk.postings.at(-1)?.news).toBe('dismissed');
    expect((await ada.get(page)).html).not.toContain('Approve this change');
  });

  it('lets who approved by a rule take back what they approved, while they approve anything', async () => {
    const rule =
      '  - { id: by-rita, effect: allow, principals: ["user:alice@example.com"], projects: [acme-ml], approvers: ["user:rita@example.com"], certainty: certain, when: "denial.model == \'none\'" }\n';
    const { desk, page, form } = await withProposal({
      allowlist: ALLOWLIST.replace(/^approvers.*$/m, 'approvers: ["user:rita@example.com"]'),
    });
    const { browser: rita, grant } = await approved(desk, page, form, 'rita@example.com');
    desk.setAllowlist(`${ALLOWLIST}${rule}`);
    expect((await rita.get(grant)).html).toContain('Take this grant back');
    desk.setAllowlist(ALLOWLIST);
    expect((await rita.get(grant)).html).toContain('You cannot take it back');
  });

  it('says so when what was taken back could not be told yet, and the sweep tells it', async () => {
    const { desk, page, form, proposal } = await withProposal();
    const { browser: ada, grant } = await approved(desk, page, form);
    const { ledger } = desk.pipeline;
    const incident = await ledger.incident(proposal.incidentId);
    if (incident === null) throw new Error('no incident');
    const busy = await ledger.takeUp({ incident, text: 'somebody else' });
    const answer = await ada.act(`${grant}/undo`, fieldsOf((await ada.get(grant)).html, `${grant}/undo`));
    expect(answer.html).toContain('reported within the next minutes');
    expect(desk.events).toContainEqual(expect.objectContaining({ event: 'grant-taken-back', by: 'ada@example.com' }));
    if (!('hold' in busy)) throw new Error('not held');
    await ledger.drop(busy.hold);
    await sweep(desk.pipeline, DEFAULT_SWEEP_LIMITS);
    expect(desk.postings.at(-1)).toEqual(
      expect.objectContaining({
        news: 'undone',
        report: expect.objectContaining({
          outcome: expect.objectContaining({ detail: expect.stringContaining('by ada@example.com') }),
        }),
      }),
    );
  });
});

describe('what the console does not let happen', () => {
  it('threat: GET and HEAD of anything change nothing, also of an action with all its fields', async () => {
    const { desk, page, form, proposal } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const fields = new URLSearchParams(fieldsOf((await ada.get(page)).html, form)).toString();
    const before = JSON.stringify(await desk.pipeline.ledger.incidentFile(proposal.incidentId));
    for (const method of ['GET', 'HEAD'])
      for (const path of [form, `${page}/dismiss`]) {
        const answer = await ada.send(`${path}?${fields}&reason=x`, { method });
        expect([answer.status, answer.headers.get('location')]).toEqual([303, page]);
      }
    for (const path of [...PAGES, page]) await ada.get(path);
    expect(JSON.stringify(await desk.pipeline.ledger.incidentFile(proposal.incidentId))).toBe(before);
    expect(desk.state.writes).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['another site', { origin: 'https://evil.example' }],
    ['a look-alike', { origin: 'https://console.example.com.evil.example' }],
    ['nowhere that a browser says', { origin: 'null' }],
    ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
    ['a script that sends text', { 'content-type': 'text/plain' }],
    ['a script that sends JSON', { 'content-type': 'application/json' }],
  ])('threat: a form from %s is refused', async (_what, headers) => {
    const { desk, page, form } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const fields = fieldsOf((await ada.get(page)).html, form);
    expect((await ada.post(form, fields, headers)).status).toBe(403);
    expect(desk.state.writes).toEqual([]);
    expect(desk.logged.at(-1)).toEqual({
      event: 'console-refused',
      detail: 'the form is not from the console',
      by: 'ada@example.com',
    });
    expect((await ada.post(form, fields)).status).toBe(303);
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

  it('threat: who may not decide does not, whatever form they make, and holds nobody up', async () => {
    const { desk, page, form, proposal } = await withProposal();
    const { hash } = proposal;
    const eve = browserOf(desk, 'eve@example.com');
    expect((await eve.get(page)).html).not.toContain('Approve this change');
    const file = JSON.stringify(await desk.pipeline.ledger.incidentFile(proposal.incidentId));
    const dismissal = `${page}/dismiss`;
    expect((await eve.post(form, { hash, token: eve.forged(form) })).html).toContain('not among the approvers');
    expect((await eve.post(dismissal, { hash, reason: 'x', token: eve.forged(dismissal) })).html).toContain(
      'not among the approvers',
    );
    expect(JSON.stringify(await desk.pipeline.ledger.incidentFile(proposal.incidentId))).toBe(file);
    expect(desk.events).toContainEqual(expect.objectContaining({ event: 'approval-refused', by: 'eve@example.com' }));
    expect(desk.events).not.toContainEqual(expect.objectContaining({ event: 'proposal-approved' }));
    expect(desk.state.writes).toEqual([]);
    const { grant } = await approved(desk, page, form);
    const at = (await desk.pipeline.ledger.grants.find(grant.slice('/grants/'.length)))?.at ?? '';
    const undo = `${grant}/undo`;
    expect((await eve.post(undo, { at, token: eve.forged(undo) })).status).toBe(403);
    expect(desk.state.writes).toHaveLength(1);
  });

  it('threat: nobody approves for themselves, nor for an account that they own', async () => {
    const search = deniedCall({
      insertId: 's1',
      project: 'acme-ml',
      caller: asServiceAccount('search@acme-ml.iam.gserviceaccount.com'),
    });
    const { desk, page, form } = await withProposal({}, search);
    const olivia = browserOf(desk, 'olivia@example.com');
    const answer = await olivia.post(form, fieldsOf((await olivia.get(page)).html, form));
    expect(answer.status).toBe(409);
    expect(answer.html).toContain('could act as the service account');
    desk.setAllowlist(ALLOWLIST.replace('user:bob@', 'user:alice@'));
    await desk.deny(alice);
    const own = browserOf(desk, 'alice@example.com');
    expect((await own.get('/')).html).not.toMatch(/alice@example\.com was refused[\s\S]*>You<\/span>/);
    const [, incident = ''] = /href="(\/incidents\/[^"]+)">alice/.exec((await own.get('/')).html) ?? [];
    const hash =
      (await desk.pipeline.ledger.proposals.list({ by: 'newest', from: 0, until: desk.clock.now, limit: 9 })).find(
        ({ incidentId }) => incident.endsWith(incidentId),
      )?.hash ?? '';
    const forged = `${incident}/approve`;
    expect((await own.post(forged, { hash, token: own.forged(forged) })).html).toContain(
      'nobody approves their own access',
    );
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
    expect(answer.html).toContain('has changed since it was shown');
    expect(desk.state.writes).toEqual([]);
  });

  it('threat: of two approvers at once, and of two clicks, one has an effect', async () => {
    const { desk, page, form } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    const bob = browserOf(desk, 'bob@example.com');
    const [adas, bobs] = [fieldsOf((await ada.get(page)).html, form), fieldsOf((await bob.get(page)).html, form)];
    const answers = await Promise.all([ada.post(form, adas), bob.post(form, bobs), ada.post(form, adas)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409, 409]);
    expect(desk.state.writes).toHaveLength(1);
    expect((await bob.post(form, bobs)).html).toContain('ada@example.com approved it already');
  });

  it('threat: an approval whose proposal somebody dismissed meanwhile is told as that, not as done', async () => {
    let isAway = true;
    const { desk, page, form } = await withProposal({
      broken: (pipeline) => ({
        ...pipeline,
        applyChange: async (request) =>
          isAway
            ? { kind: 'abandoned', error: new Redeliver('policy-write-unavailable', 'away') }
            : pipeline.applyChange(request),
      }),
    });
    const [ada, bob] = [browserOf(desk, 'ada@example.com'), browserOf(desk, 'bob@example.com')];
    const adas = fieldsOf((await ada.get(page)).html, form);
    expect((await ada.post(form, adas)).status).toBe(503);
    isAway = false;
    // Until then nobody else may go on with what ada began.
    desk.clock.now += 4 * 60_000;
    desk.channel.isDown = true;
    const action = `${page}/dismiss`;
    const bobs = fieldsOf((await bob.get(page)).html, action);
    expect((await bob.post(action, { ...bobs, reason: 'No.' })).status).toBe(503);
    desk.channel.isDown = false;
    const answer = await ada.post(form, adas);
    expect([answer.status, answer.html.includes('bob@example.com dismissed it already')]).toEqual([409, true]);
    expect(desk.events).toContainEqual(expect.objectContaining({ event: 'proposal-dismissed', by: 'bob@example.com' }));
    expect(desk.events).not.toContainEqual(expect.objectContaining({ event: 'proposal-approved' }));
    expect(desk.state.writes).toEqual([]);
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
});

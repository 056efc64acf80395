import { describe, expect, it } from 'vitest';
import { asServiceAccount, asUser, deniedCall } from '../../src/local/demo/demo-entries.ts';
import { Redeliver } from '../../src/redeliver.ts';
import { ALLOWLIST } from './console-stage.ts';
import { alice, browserOf, fieldsOf, newestProposal, openDesk, PAGES, withProposal } from './desk.ts';

const HOUR = 3_600_000;

describe('the pages of the console', () => {
  it('show what waits, why, and who can approve', async () => {
    const { desk, page } = await withProposal();
    const { status, html } = await browserOf(desk, 'ada@example.com').get('/');
    expect(status).toBe(200);
    expect(html).toContain('1 proposal waits');
    expect(html).toContain(`href="${page}"`);
    expect(html).toContain('No rule allows it.');
    expect(html).toContain('>You</span> and others: ada@example.com, bob@example.com');
    expect((await browserOf(desk, 'alice@example.com').get('/')).html).toContain('Somebody else');
  });

  it('tell the whole of an incident: change, diff, forecast, story, evidence, guards and remedies', async () => {
    const { desk, page } = await withProposal();
    const { html } = await browserOf(desk, 'ada@example.com').get(page);
    for (const part of [
      '+ roles/aiplatform.user user:alice@example.com',
      'What the role brings along',
      'missing-role, certain',
      'from 203.0.113.40',
      'Closes by itself',
      'The first call was refused.',
      '<h2>Why</h2>',
      'All 17 guards',
      'By hand instead',
      'gcloud projects add-iam-policy-binding',
      'Approve this change',
      'Dismiss it instead',
    ])
      expect(html).toContain(part);
    expect(html.match(/What the role brings along/g)).toHaveLength(1);
    expect(html).not.toContain('guestlist approve');
  });

  it('count the calls until now, and tell what happened in its order', async () => {
    const { desk, page, form } = await withProposal();
    await desk.deny({ ...alice, insertId: 'a2', timestamp: new Date(desk.clock.now - 1_000).toISOString() });
    const ada = browserOf(desk, 'ada@example.com');
    expect((await ada.get('/')).html).toContain('refused 2 times since');
    const shown = (await ada.get(page)).html;
    expect(shown).toContain('<dd>2 times, last ');
    await ada.act(form, fieldsOf(shown, form));
    const { html } = await ada.get(page);
    const story = html.slice(html.indexOf('class="story"'), html.indexOf('</ol>', html.indexOf('class="story"')));
    const parts = [
      'The first call was refused.',
      'The last refused call so far',
      'waits for a person',
      'Approved by ada',
    ];
    const places = parts.map((part) => story.indexOf(part));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(Math.min(...places)).toBeGreaterThan(0);
  });

  it('say what keeps everybody from approving, and do not lead around a rule that forbids', async () => {
    const { desk, page } = await withProposal(
      {},
      deniedCall({
        insertId: 'p1',
        project: 'acme-pay',
        caller: asServiceAccount('chat@acme-ml.iam.gserviceaccount.com'),
      }),
    );
    await desk.deny(deniedCall({ insertId: 'o1', project: 'acme-ml', caller: asUser('eve@elsewhere.org') }));
    const ada = browserOf(desk, 'ada@example.com');
    const forbidden = (await ada.get(page)).html;
    expect(forbidden).toContain('Nothing was changed: rule payments-is-off-limits forbids it.');
    expect(forbidden).toContain('Nobody can approve it');
    expect(forbidden).toContain('>Dismiss it<');
    const inbox = (await ada.get('/')).html;
    expect(inbox).toContain('Rule payments-is-off-limits forbids it. To allow it, the rule has to change.');
    expect(inbox).toContain('Guard user-domain-is-listed failed');
  });

  it('tell of an approval that did not come to an end, and let it be given again', async () => {
    let isAway = true;
    const { desk, page, form } = await withProposal({
      broken: (pipeline) => ({
        ...pipeline,
        applyChange: async (request) => {
          if (isAway) return { kind: 'abandoned', error: new Redeliver('policy-write-unavailable', 'away') };
          return pipeline.applyChange(request);
        },
      }),
    });
    const ada = browserOf(desk, 'ada@example.com');
    const answer = await ada.post(form, fieldsOf((await ada.get(page)).html, form));
    expect(answer.status).toBe(503);
    expect(answer.html).toContain(`href="${page}"`);
    expect((await ada.get('/')).html).toContain('1 proposal waits');
    const shown = (await ada.get(page)).html;
    expect(shown).toContain('ada@example.com approved it, and that did not come to an end');
    expect(shown).not.toContain('It is being worked on right now');
    const { ledger } = desk.pipeline;
    const proposal = await newestProposal(desk);
    const held = await ledger.takeUp({
      incident: proposal.report.incident,
      text: `approval ${proposal.id} ${proposal.hash} ada@example.com`,
    });
    expect((await ada.get(page)).html).toContain('ada@example.com approved it, and that is under way.');
    if (!('hold' in held)) throw new Error('not held');
    await ledger.release(held.hold);
    isAway = false;
    expect((await ada.act(form, fieldsOf(shown, form))).html).toContain('Approved · granted');
  });

  it('say of a proposal that closed by itself that it did', async () => {
    const { desk, page, proposal } = await withProposal();
    await desk.pipeline.ledger.proposals.settle(proposal.id, ['open'], 'stale');
    const { html } = await browserOf(desk, 'ada@example.com').get(page);
    expect(html).toContain('Closed without a decision');
    expect(html).not.toContain('waits for a person</span></p>');
  });

  it('explain a pasted entry by the rules in force, and change and record nothing', async () => {
    const desk = await openDesk();
    const ada = browserOf(desk, 'ada@example.com');
    const fields = fieldsOf((await ada.get('/allowlist')).html, '/allowlist/explain');
    const chat = deniedCall({
      insertId: 'x',
      project: 'acme-ml',
      caller: asServiceAccount('chat@acme-ml.iam.gserviceaccount.com'),
    });
    const answer = await ada.post('/allowlist/explain', { ...fields, entry: JSON.stringify(chat, null, 2) });
    expect(answer.html).toContain('Decision: apply');
    expect(answer.html).toContain('rule chat-in-the-sandbox allows it');
    expect(desk.state.writes).toEqual([]);
    expect(desk.reports).toEqual([]);
    expect(await desk.pipeline.ledger.incidents({ by: 'newest', from: 0, until: desk.clock.now, limit: 9 })).toEqual(
      [],
    );
    const wrong = await ada.post('/allowlist/explain', { ...fields, entry: '{"a": </textarea><script>' });
    expect(wrong.status).toBe(400);
    expect(wrong.html).toContain('{&quot;a&quot;: &lt;/textarea&gt;&lt;script&gt;');
    for (const [entry, why] of [
      ['', 'the field was empty'],
      ['[]', 'the list holds none'],
      ['{}', 'no audit entry'],
    ] as const)
      expect((await ada.post('/allowlist/explain', { ...fields, entry })).html).toContain(why);
  });

  it('say that something new is there, by a request that makes no page and looks no policy up', async () => {
    let reads = 0;
    const { desk, page } = await withProposal({
      broken: (pipeline) => {
        const readPolicy = (resource: string) => {
          reads += 1;
          return pipeline.evidence.policies.readPolicy(resource);
        };
        return { ...pipeline, evidence: { ...pipeline.evidence, policies: { readPolicy } } };
      },
    });
    const ada = browserOf(desk, 'ada@example.com');
    const marks = async () =>
      Promise.all(
        ['/', page].map(async (path) => (await ada.send(path, { method: 'HEAD' })).headers.get('x-guestlist-mark')),
      );
    const shown = await Promise.all(
      ['/', page].map(async (path) => (await ada.get(path)).headers.get('x-guestlist-mark')),
    );
    reads = 0;
    expect(await marks()).toEqual(shown);
    await desk.deny(deniedCall({ insertId: 'b1', project: 'acme-ml', caller: asUser('carol@example.com') }));
    reads = 0;
    expect((await marks())[0]).not.toBe(shown[0]);
    await ada.act(`${page}/dismiss`, { ...fieldsOf((await ada.get(page)).html, `${page}/dismiss`), reason: 'No.' });
    reads = 0;
    expect((await marks())[1]).not.toBe(shown[1]);
    expect(reads).toBe(0);
  });

  it('show the activity by day and cause, what became of it, and what was ignored and why', async () => {
    const { desk, page, form } = await withProposal();
    const ada = browserOf(desk, 'ada@example.com');
    await desk.deny(
      deniedCall({
        insertId: 'm1',
        project: 'acme-ml',
        caller: asServiceAccount('batch@acme-ml.iam.gserviceaccount.com'),
      }),
    );
    await ada.act(form, fieldsOf((await ada.get(page)).html, form));
    const { html } = await ada.get('/activity');
    expect(html).toMatch(/batch-is-known[^<]*<\/th><td class="number">1</);
    expect(html).toMatch(/<title>\d{4}-\d{2}-\d{2}: 2 missing-role<\/title>/);
    expect(html).toContain('Approved · granted');
  });

  it('list more proposals than a page shows: page by page, or the newest first', async () => {
    const { desk } = await withProposal();
    for (let index = 0; index < 40; index += 1) {
      desk.clock.now += 60_000;
      const at = new Date(desk.clock.now - 5_000).toISOString();
      await desk.deny(
        deniedCall({ insertId: `n${index}`, project: 'acme-ml', caller: asUser(`n${index}@example.com`), at }),
      );
    }
    const ada = browserOf(desk, 'ada@example.com');
    const first = (await ada.get('/')).html;
    const names = (html: string) =>
      [...html.matchAll(/>([a-z0-9]+)@example\.com was refused/g)].map(([, name]) => name);
    const [, next = ''] = /href="(\/\?from=\d+)"/.exec(first) ?? [];
    const second = (await ada.get(next)).html;
    expect([...names(first), ...names(second)]).toEqual([
      'alice',
      ...Array.from({ length: 40 }, (_, index) => `n${index}`),
    ]);
    expect(names((await ada.get('/?order=newest')).html)[0]).toBe('n39');
  });

  it('are below 50 kB, also when much is on record and asked', async () => {
    const { desk, page } = await withProposal();
    const name = (index: number) => `somebody-with-rather-a-long-name-${index}@example.com`;
    const denials = async (start: number, count: number) => {
      for (let index = start; index < start + count; index += 1)
        await desk.deny(deniedCall({ insertId: `n${index}`, project: 'acme-ml', caller: asUser(name(index)) }));
    };
    await denials(0, 60);
    const all = '  - { id: all, effect: allow, principals: ["user:*@example.com"], projects: [acme-ml] }\n';
    const more = Array.from(
      { length: 80 },
      (_, index) => `  - { id: more-${index}, effect: forbid, projects: [p-${index}] }\n`,
    );
    desk.setAllowlist(`${ALLOWLIST.replace(/^limits.*$/m, '')}${all}${more.join('')}`);
    await denials(100, 60);
    expect(desk.state.writes).toHaveLength(60);
    const ada = browserOf(desk, 'ada@example.com');
    for (const path of [...PAGES, page])
      expect([path, Buffer.byteLength((await ada.get(path)).html) < 50_000]).toEqual([path, true]);
    const fields = fieldsOf((await ada.get('/allowlist')).html, '/allowlist/explain');
    const entry = JSON.stringify({ ...alice, labels: { long: 'x'.repeat(200_000) } });
    const answer = await ada.post('/allowlist/explain', { ...fields, entry });
    expect([answer.status, Buffer.byteLength(answer.html) < 50_000]).toEqual([200, true]);
  }, 60_000);

  it('threat: show who else holds a role to those who decide alone', async () => {
    const { desk, page } = await withProposal();
    expect((await browserOf(desk, 'ada@example.com').get(page)).html).toContain('contractor@example.com');
    expect((await browserOf(desk, 'alice@example.com').get(page)).html).not.toContain('contractor@example.com');
  });

  it('name a grant near its end, and one that has ended', async () => {
    const desk = await openDesk();
    await desk.deny(
      deniedCall({
        insertId: 'g1',
        project: 'acme-ml',
        caller: asServiceAccount('chat@acme-ml.iam.gserviceaccount.com'),
      }),
    );
    const ada = browserOf(desk, 'ada@example.com');
    expect((await ada.get('/grants')).html).toContain('>Active</span>');
    desk.clock.now += 10 * HOUR;
    expect((await ada.get('/grants?state=expiring')).html).toContain('>Ends soon</span>');
    desk.clock.now += 3 * HOUR;
    expect((await ada.get('/grants?state=in-force')).html).toContain('No grant matches.');
    expect((await ada.get('/grants?state=expired&project=ACME-ml')).html).toContain('>Expired</span>');
  });

  it('say what to do when something that is needed does not answer, and when they fail themselves', async () => {
    const failing = async (error: Error) => {
      const desk = await openDesk({
        broken: (pipeline) => {
          const proposals = { ...pipeline.ledger.proposals, list: () => Promise.reject(error) };
          return { ...pipeline, ledger: { ...pipeline.ledger, proposals } };
        },
      });
      const answer = await browserOf(desk, 'ada@example.com').get('/');
      return { ...answer, logged: desk.logged };
    };
    const away = await failing(new Redeliver('ledger-unavailable', 'Firestore did not answer'));
    expect([away.status, away.html.includes('Nothing is lost')]).toEqual([503, true]);
    const defect = await failing(new Error('secret detail'));
    expect([defect.status, defect.html.includes('secret detail')]).toEqual([500, false]);
    expect(defect.logged).toContainEqual(expect.objectContaining({ event: 'console-failed', reason: 'defect' }));
  });

  it('show the same proposal under its own page after it came again', async () => {
    const { desk, page } = await withProposal();
    expect((await newestProposal(desk)).incidentId).toBe(page.slice('/incidents/'.length));
    expect((await browserOf(desk, 'ada@example.com').get(`${page}?done=approved`)).html).not.toContain('class="done"');
  });
});

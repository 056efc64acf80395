import { describe, expect, it } from 'vitest';
import { alice, browserOf, openDesk, PAGES, withProposal } from './desk.ts';

describe('whom the console lets in', () => {
  it('threat: nobody without an assertion of the proxy, whatever else a request says', async () => {
    const { desk, page, form } = await withProposal();
    const nobody = browserOf(desk, null);
    const claimed = { 'x-goog-authenticated-user-email': 'accounts.google.com:ada@example.com' };
    for (const path of [...PAGES, page, '/assets/x.css', '/nowhere']) {
      const { status, html } = await nobody.send(path, { headers: claimed });
      expect([path, status]).toEqual([path, 401]);
      expect(html).not.toContain('alice');
    }
    expect((await nobody.post(form, {}, claimed)).status).toBe(401);
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
    const { desk, page } = await withProposal({ config: { viewers } });
    const statusFor = async (person: string) => (await browserOf(desk, person).get(page)).status;
    expect(await statusFor('victor@example.org')).toBe(200);
    expect(await statusFor('anybody@example.net')).toBe(200);
    expect(await statusFor('ada@example.com')).toBe(200);
    expect(await statusFor('alice@example.com')).toBe(403);
    expect(await statusFor('eve@evil-example.net')).toBe(403);
    expect(await statusFor('eve@example.net.evil.org')).toBe(403);
    expect(await statusFor('eve@sub.example.net')).toBe(403);
  });

  it('threat: only approvers learn about others by a pasted entry, whatever form somebody makes', async () => {
    const desk = await openDesk();
    const viewer = browserOf(desk, 'alice@example.com');
    const { html } = await viewer.get('/allowlist');
    expect(html).toContain('Only approvers can ask here');
    expect(html).not.toContain('<textarea');
    const path = '/allowlist/explain';
    const answer = await viewer.post(path, { token: viewer.forged(path), entry: JSON.stringify(alice) });
    expect(answer.status).toBe(403);
    expect(answer.html).not.toContain('Decision');
    expect(desk.events).toEqual([]);
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

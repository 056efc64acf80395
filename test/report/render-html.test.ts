import { describe, expect, it } from 'vitest';
import { renderDigestHtml, renderHtml, renderHtmlPage } from '../../src/report/render-html.ts';
import { fullDigest, fullReport } from '../fixtures/full-report.ts';
import { reportFor } from '../fixtures/report.ts';

describe('a report as a page', () => {
  const page = renderHtml({ report: fullReport(), news: 'opened' }, 'https://guestlist.example.com/i/1');

  it('looks like this', async () => {
    await expect(page).toMatchFileSnapshot('golden/full-report.html');
  });

  it('allows itself nothing but its own style sheet', () => {
    expect(page).toMatch(
      /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; base-uri 'none'; form-action 'none'">/,
    );
    expect(page).not.toMatch(/<script|<img|<link|style="|javascript:|@import|url\(/);
  });

  it('fits a phone, in the light and in the dark', () => {
    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(page).toContain('@media (prefers-color-scheme: dark)');
  });

  it('holds several reports, in their order', () => {
    const several = renderHtmlPage([
      { report: fullReport(), news: 'opened' },
      { report: reportFor('proposed'), news: 'opened' },
    ]);
    expect(several.match(/<article class="[a-z]+">/g)).toEqual([
      '<article class="good">',
      '<article class="attention">',
    ]);
    expect(several).toContain('<title>Guestlist: 2 reports</title>');
  });

  it('shows the digest too, with its estimate', () => {
    expect(renderDigestHtml(fullDigest())).toMatch(/Estimate.*about 2\.5 hours/);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consoleLink, linkTo } from '../../../src/report/document/link-to.ts';

describe('a link', () => {
  it('is an https address, and nothing else', () => {
    expect(linkTo('Open', 'https://guestlist.example.com/i/1')).toEqual([
      { label: 'Open', url: 'https://guestlist.example.com/i/1' },
    ]);
    for (const url of ['', 'javascript:alert(1)', 'http://example.com', 'data:text/html,x', '//example.com', 'x'])
      expect(linkTo('Open', url)).toEqual([]);
  });

  it('carries no name and password, which would dress one host up as another', () => {
    expect(linkTo('Open', 'https://console.cloud.google.com@evil.example/')).toEqual([]);
  });

  it('leads into the console where a report says so', () => {
    const url = 'https://console.cloud.google.com/logs/query;query=insertId%3D%22a%22?project=acme-ml';
    expect(consoleLink('Open', url)).toEqual([{ label: 'Open', url }]);
    expect(consoleLink('Open', 'https://console.cloud.google.com.evil.example/')).toEqual([]);
    expect(consoleLink('Open', 'https://evil.example/https://console.cloud.google.com/')).toEqual([]);
  });

  it('is left out when it is too long for a button', () => {
    expect(linkTo('Open', `https://example.com/${'x'.repeat(3_000)}`)).toEqual([]);
  });

  it('holds no character that ends a link in any medium', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const { url } of linkTo('Open', `https://example.com/${text}`))
          expect(url).toMatch(/^https:\/\/[A-Za-z0-9\-._~:/?#@$&+,;=%]*$/);
      }),
      { numRuns: 1_000 },
    );
  });
});

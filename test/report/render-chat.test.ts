import { describe, expect, it } from 'vitest';
import { chatDigestRequest, chatRequest } from '../../src/report/chat-request.ts';
import { renderChat, renderDigestChat } from '../../src/report/render-chat.ts';
import { fullDigest, fullReport, longReport } from '../fixtures/full-report.ts';

const sectionsOf = (message: ReturnType<typeof renderChat>) => message.cardsV2[0].card.sections;

describe('a report in Google Chat', () => {
  const message = renderChat({ report: fullReport(), news: 'opened' }, 'https://guestlist.example.com/i/1');

  it('looks like this', async () => {
    await expect(`${JSON.stringify(message, null, 2)}\n`).toMatchFileSnapshot('golden/full-report.chat.json');
  });

  it('begins with what is new, what was refused, and what to do', () => {
    expect(message.cardsV2[0].card.header.title).toBe('🟢 New · granted');
    expect(sectionsOf(message)[0]?.widgets).toEqual([
      {
        textParagraph: {
          text: '<b>alice@example.com was refused a call to gemini-2.5-flash in acme-ml: probably it has no role there.</b><br>Granted Agent Platform User (roles/aiplatform.user). Call again in a few minutes.',
        },
      },
    ]);
  });

  it('tells a notification the two lines, in which nobody can be named', () => {
    const report = fullReport();
    const denial = { ...report.denial, principal: { ...report.denial.principal, email: '<users/all>' } };
    const { fallbackText } = renderChat({ report: { ...report, denial }, news: 'opened' });
    expect(fallbackText).toMatch(/^‹users\/all› was refused .*\nGranted /);
    expect(message).not.toHaveProperty('text');
  });

  it('folds away what is beyond the first remedies', () => {
    const folded = sectionsOf(renderChat({ report: longReport(), news: 'opened' })).filter(
      ({ collapsible }) => collapsible === true,
    );
    expect(folded.map(({ header, uncollapsibleWidgetsCount }) => [header, uncollapsibleWidgetsCount])).toEqual([
      ['What to do', 6],
    ]);
  });

  it('leaves out what matters least of a long report, measured in bytes', () => {
    const report = longReport();
    const wide = { ...report, diagnosis: { ...report.diagnosis, summary: 'ß'.repeat(2_000) } };
    const shown = JSON.stringify(renderChat({ report: wide, news: 'opened' }));
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(32_000);
    expect(Buffer.byteLength(shown)).toBeGreaterThan(26_000);
    expect(shown).toMatch(/<b>Left out<\/b>: .* for length\. The whole is in Cloud Logging, as report r-0/);
  });
});

describe('the request that carries a report to Google Chat', () => {
  it('threads by incident, and is the same for the same report and news', () => {
    expect(chatRequest({ report: fullReport(), news: 'opened' })).toEqual({
      threadKey: 'i-000000000000000000000000',
      requestId: 'r-000000000000000000000000-opened',
      messageReplyOption: 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD',
    });
    expect(chatRequest({ report: fullReport(), news: 'verified' }).requestId).toBe(
      'r-000000000000000000000000-verified',
    );
  });

  it('puts digests into a thread of their own', () => {
    expect(chatDigestRequest(fullDigest())).toEqual({
      threadKey: 'digests',
      requestId: 'd-000000000000000000000000',
      messageReplyOption: 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD',
    });
  });
});

describe('a digest in Google Chat', () => {
  it('says what waits, what was done, and that the hours are estimated', () => {
    const shown = JSON.stringify(renderDigestChat(fullDigest()));
    expect(shown).toContain('🟠 Digest');
    expect(shown).toMatch(/Estimate.*about 2\.5 hours/);
  });
});

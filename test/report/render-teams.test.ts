import { describe, expect, it } from 'vitest';
import { renderDigestTeams, renderTeams } from '../../src/report/render-teams.ts';
import { fullDigest, fullReport, longReport } from '../fixtures/full-report.ts';

describe('a report in Microsoft Teams', () => {
  const message = renderTeams({ report: fullReport(), news: 'opened' }, 'https://guestlist.example.com/i/1');

  it('looks like this', async () => {
    await expect(`${JSON.stringify(message, null, 2)}\n`).toMatchFileSnapshot('golden/full-report.teams.json');
  });

  it('begins with what is new in its colour, what was refused, and what to do', () => {
    const { body } = message.attachments[0].content;
    expect(body.slice(0, 3)).toEqual([
      expect.objectContaining({
        inlines: [{ type: 'TextRun', text: '🟢 New · granted', weight: 'Bolder', color: 'Good' }],
      }),
      expect.objectContaining({ inlines: [expect.objectContaining({ weight: 'Bolder', size: 'Medium' })] }),
      expect.objectContaining({ inlines: [expect.objectContaining({ text: expect.stringMatching(/^Granted /) })] }),
    ]);
  });

  it('warns where indentation counts, which Teams does not keep', () => {
    expect(JSON.stringify(message)).toContain('Indentation counts here');
  });

  it('lets no text be read as a date', () => {
    const report = fullReport();
    const summary = 'at {{DATE(2017-02-14T06:08:00Z)}}';
    const shown = renderTeams({ report: { ...report, diagnosis: { ...report.diagnosis, summary } }, news: 'opened' });
    expect(JSON.stringify(shown)).toContain(
      '{"type":"TextRun","text":"at {"},{"type":"TextRun","text":"{DATE(2017-02-14T06:08:00Z)}}"}',
    );
  });

  it('leaves out what matters least of a long report', () => {
    const shown = JSON.stringify(renderTeams({ report: longReport(), news: 'opened' }));
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(21_000);
    expect(Buffer.byteLength(shown)).toBeGreaterThan(17_000);
    expect(shown).toContain('The whole is in Cloud Logging, as report r-000000000000000000000000.');
  });
});

describe('a digest in Microsoft Teams', () => {
  it('says what waits, what was done, and that the hours are estimated', () => {
    const shown = JSON.stringify(renderDigestTeams(fullDigest()));
    expect(shown).toContain('🟠 Digest');
    expect(shown).toMatch(/Estimate.*about 2\.5 hours/);
  });
});

import { describe, expect, it } from 'vitest';
import { type Cause, helpOfGrant } from '../../src/diagnosis/diagnosis.ts';
import { briefingOf } from '../../src/report/briefing.ts';
import type { NewsKind } from '../../src/report/posting.ts';
import { renderMarkdown } from '../../src/report/render-markdown.ts';
import { renderText } from '../../src/report/render-text.ts';
import type { Report } from '../../src/report/report.ts';
import { reportFor } from '../fixtures/report.ts';

const posted = (report: Report, news: NewsKind = 'opened') => ({ report, news });
const causes = Object.keys(helpOfGrant).filter((key): key is Cause => Object.hasOwn(helpOfGrant, key));

describe('the first two lines of a report', () => {
  it('say what was refused to whom and why, and what was done and what to do', () => {
    expect(briefingOf(posted(reportFor('proposed')))).toEqual({
      what: 'alice@example.com was refused aiplatform.endpoints.predict in acme-ml: it has no role there.',
      next: 'Nothing was changed. To allow it, grant Agent Platform User (roles/aiplatform.user).',
    });
    expect(briefingOf(posted(reportFor('applied'))).next).toBe(
      'Granted Agent Platform User (roles/aiplatform.user). Call again in a few minutes.',
    );
  });

  it('name the model that was called, and say how sure the cause is', () => {
    const report = reportFor('proposed');
    const { what } = briefingOf(
      posted({
        ...report,
        denial: { ...report.denial, model: 'gemini-2.5-flash' },
        diagnosis: { ...report.diagnosis, certainty: 'likely' },
      }),
    );
    expect(what).toBe(
      'alice@example.com was refused a call to gemini-2.5-flash in acme-ml: probably it has no role there.',
    );
  });

  it('say until when a grant lasts', () => {
    const report = reportFor('applied');
    const change = report.change === null ? null : { ...report.change, expiresAt: '2026-11-24T14:00:00Z' };
    expect(briefingOf(posted({ ...report, change })).next).toContain('until 2026-11-24T14:00:00Z.');
  });

  it('tell repeats with their number', () => {
    const report = reportFor('advised');
    const { next } = briefingOf(posted({ ...report, incident: { ...report.incident, repeats: 10 } }, 'repeated'));
    expect(next).toMatch(/^Refused 11 times since 2026-11-24T02:14:07Z\. Nothing was changed\./);
  });

  it.each(causes)('have words of their own for %s, on one line that a phone shows', (cause) => {
    const report = reportFor(helpOfGrant[cause] === 'grant-helps' ? 'proposed' : 'advised');
    const { what, next } = briefingOf(posted({ ...report, diagnosis: { ...report.diagnosis, cause } }));
    for (const line of [what, next]) {
      expect(line).toMatch(/^\S.*\.$/);
      expect(line.length).toBeLessThanOrEqual(200);
    }
    expect(what).toContain(cause === 'not-denied' ? 'was not refused' : 'was refused');
  });

  it('stand at the top of the text and of the Markdown', () => {
    const { what, next } = briefingOf(posted(reportFor('proposed')));
    expect(
      renderText(posted(reportFor('proposed')))
        .split('\n')
        .slice(0, 2),
    ).toEqual([what, next]);
    expect(renderMarkdown(posted(reportFor('proposed')))).toMatch(/^# alice&#64;example\\.com was refused/);
  });

  it('cut hostile names, and keep them on their line', () => {
    const report = reportFor('proposed');
    const email = `${'x'.repeat(50_000)}\u202e\n<!channel>`;
    const { what } = briefingOf(
      posted({ ...report, denial: { ...report.denial, principal: { kind: 'user', member: email, email } } }),
    );
    expect(what.length).toBeLessThan(400);
    expect(what).not.toMatch(/[\n\u202e]/);
  });
});

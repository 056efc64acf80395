import type { KnownBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import { renderDigestSlack, renderSlack } from '../../src/report/render-slack.ts';
import type { Remedy } from '../../src/report/report.ts';
import { fullDigest, fullReport, longReport } from '../fixtures/full-report.ts';

const withRemedies = (remedies: readonly Remedy[]) =>
  renderSlack({ report: { ...fullReport(), remedies }, news: 'opened' });
const textsOf = (blocks: readonly KnownBlock[]) =>
  blocks.flatMap((block) =>
    (block.type === 'section' || block.type === 'header') && block.text !== undefined ? [block.text] : [],
  );

describe('a report in Slack', () => {
  const message = renderSlack({ report: fullReport(), news: 'opened' }, 'https://guestlist.example.com/i/1');

  it('looks like this', async () => {
    await expect(`${JSON.stringify(message, null, 2)}\n`).toMatchFileSnapshot('golden/full-report.slack.json');
  });

  it('begins with what is new, what was refused, and what to do', () => {
    const [badge, what] = message.blocks;
    expect(badge).toEqual({
      type: 'context',
      elements: [{ type: 'plain_text', text: '🟢 New · granted', emoji: false }],
    });
    expect(what).toEqual(expect.objectContaining({ type: 'header' }));
    expect(textsOf(message.blocks.slice(1, 3)).map(({ text }) => text)).toEqual(message.text.split('\n'));
  });

  it('has a header only where Slack takes it: a longer line is a section, whole', () => {
    const report = fullReport();
    const email = `${'a'.repeat(150)}@example.com`;
    const { blocks } = renderSlack({
      report: { ...report, denial: { ...report.denial, principal: { ...report.denial.principal, email } } },
      news: 'opened',
    });
    expect(blocks[1]).toEqual(
      expect.objectContaining({ text: expect.objectContaining({ text: expect.stringMatching(/^\*a{150}@.*\.\*$/) }) }),
    );
  });

  it('has nothing bold in which a sign could be read as more', () => {
    const titles = ['Way *1*', 'Way _1_', 'Way ~1~', 'Way `1`', 'Way :skull:'];
    const { blocks } = withRemedies(titles.map((title) => ({ kind: 'note', title, text: 'x' })));
    const plain = textsOf(blocks).flatMap(({ type, text }) => (type === 'plain_text' ? [text] : []));
    expect(plain).toEqual(expect.arrayContaining(titles));
  });

  it('shows commands escaped in a fence, which nothing in them can end', () => {
    const code = (text: string) => withRemedies([{ kind: 'gcloud', title: 'Way', text }]).blocks;
    expect(textsOf(code('a <!channel> && b'))).toContainEqual({
      type: 'mrkdwn',
      text: '*Way*\n```\na &lt;!channel&gt; &amp;&amp; b\n```',
      verbatim: true,
    });
    expect(textsOf(code('a ``` *b*'))).toContainEqual({ type: 'plain_text', text: 'a ``` *b*', emoji: false });
  });

  it('shows a command whole or says where the whole is', () => {
    const long = withRemedies([{ kind: 'gcloud', title: 'Way', text: `gcloud ${'x'.repeat(3_000)}` }]);
    expect(JSON.stringify(long)).not.toContain('xxx');
    expect(JSON.stringify(long)).toContain(
      'Left out: “Way”, for length. The whole is in Cloud Logging, as report r-000000000000000000000000.',
    );
  });

  it('leaves out what matters least of a long report, says so, and links to the whole', () => {
    const link = 'https://guestlist.example.com/i/1';
    const { blocks } = renderSlack({ report: longReport(), news: 'opened' }, link);
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(13_000);
    expect(JSON.stringify(blocks).length).toBeGreaterThan(9_000);
    const shown = JSON.stringify(blocks);
    expect(shown).toMatch(
      /Left out: “Way \d+”.* and \d+ more, for length\. The whole is behind “Open the whole report”/,
    );
    expect(shown).toMatch(/Left out: \d+ of the rules, for length/);
    expect(shown).toContain(`"url":"${link}"`);
    expect(shown).toContain('remove-iam-policy-binding');
  });

  it('unfolds no link, and leaves the names of people and channels alone', () => {
    expect(message).toEqual(expect.objectContaining({ unfurl_links: false, unfurl_media: false }));
    expect(message).not.toHaveProperty('link_names');
  });
});

describe('a digest in Slack', () => {
  it('looks like this', async () => {
    const message = renderDigestSlack(fullDigest());
    await expect(`${JSON.stringify(message, null, 2)}\n`).toMatchFileSnapshot('golden/full-digest.slack.json');
  });
});
